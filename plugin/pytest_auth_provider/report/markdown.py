"""Foreign text in Markdown reports: it is shown, and it is no markup.

Reports are read where Markdown is rendered, as on the page of a pull request, and what clients print stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def inert(text: str) -> str:
    """Return a text as it may stand between the lines of a report: no element, no link and no picture is made of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("](", "]\\(")


def block(text: str) -> Iterator[str]:
    """Yield the lines of a text that is shown as it is, between fences that are longer than any in it."""
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    yield from (f"{fence}text", text, fence, "")

"""Foreign text in Markdown reports: it is shown, and it is no markup.

Reports are read where Markdown is rendered, as on the page of a pull request, and what clients print stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_MENTION = re.compile(r"(?<!\w)@(?=\w)")
"""What GitHub takes for the name of an account, and tells its owner about."""


def inert(text: str) -> str:
    """Return a text as it may stand between the lines of a report: no element, link, picture or mention comes of it."""
    return _MENTION.sub("@<!-- -->", text.replace("&", "&amp;").replace("<", "&lt;").replace("](", "]\\("))


def cell(text: str) -> str:
    """Return the text as it may stand in a table."""
    return inert(text).replace("|", "\\|").replace("\n", " ")


def code(name: str) -> str:
    """Return a name as a span of code; it ends where the name does."""
    return f"`{name.replace('`', chr(39))}`"


def quoted(text: str) -> str:
    """Return a text as a quotation of one paragraph."""
    return f"> {inert(' '.join(text.split()))}"


def block(text: str) -> Iterator[str]:
    """Yield the lines of a text that is shown as it is, between fences that are longer than any in it."""
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    yield from (f"{fence}text", text, fence, "")


def folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that a reader sees after a click on their summary; Markdown in them needs the blank lines."""
    yield from ("<details>", f"<summary>{inert(summary)}</summary>", "", *lines)
    yield from ("</details>", "")

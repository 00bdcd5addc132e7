"""`{issuer}` and its like in an adapter's text.

Only `{name}` in lower case is a placeholder, so JSON and TOML content need no escaping; `{{name}}` stands for `{name}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}|\{([a-z_]+)\}")


def placeholders_in(text: str) -> list[str]:
    """The names of the placeholders in `text`, in order."""
    return [match[2] for match in _PLACEHOLDER.finditer(text) if match[2]]


def fill(text: str, value_of: Callable[[str], str]) -> str:
    """`text` with every placeholder replaced by what `value_of` says for its name."""
    return _PLACEHOLDER.sub(lambda match: value_of(match[2]) if match[2] else "{" + match[1] + "}", text)

"""`{issuer}` and its like in an adapter's text.

Only `{name}` in lower case is a placeholder, so JSON and TOML content need no escaping; `{{name}}` stands for `{name}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from pytest_auth_provider.adapters.complaints import unknown_name
from pytest_auth_provider.adapters.vocabulary import PLACEHOLDERS

_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}|\{([a-z_]+)\}")


def placeholders_in(text: str) -> list[str]:
    """Return the names of the placeholders in `text`, in order."""
    return [match[2] for match in _PLACEHOLDER.finditer(text) if match[2]]


def known_placeholders(text: str, *keys: str, known: Collection[str] = tuple(PLACEHOLDERS)) -> str:
    """Return `text`, whose placeholders have to be `known`; else raise a complaint about the value at `keys`."""
    for name in placeholders_in(text):
        if name not in known:
            raise unknown_name(f"a placeholder: {{{name}}}", name, tuple(known), *keys)
    return text


def fill(text: str, value_of: Callable[[str], str]) -> str:
    """Return `text` with every placeholder replaced by what `value_of` says for its name."""
    return _PLACEHOLDER.sub(lambda match: value_of(match[2]) if match[2] else "{" + match[1] + "}", text)


def fill_all(value: object, value_of: Callable[[str], str]) -> object:
    """Return a JSON value with the placeholders in all of its texts replaced as `fill` does; names stay as they are."""
    if isinstance(value, str):
        return fill(value, value_of)
    if isinstance(value, list):
        return [fill_all(entry, value_of) for entry in value]
    if isinstance(value, dict):
        return {name: fill_all(entry, value_of) for name, entry in value.items()}
    return value

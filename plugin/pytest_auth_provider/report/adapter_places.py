"""Where the adapter of a client stands, as a report points there: a file of the repository, and a line in it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_auth_provider.adapters.loader import ADAPTER_FILES

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter

LONGEST: Final = 5000
"""In a file of more lines, the table of a client is not looked for."""


def adapter_place(adapter: Adapter) -> str:
    """Return where an adapter stands, as in `auth-provider.toml:3`.

    The file is seen from the root of the repository, or of the project where there is none. What stands in no file of
    the project is named as messages name it, as in `preset rclone.toml`.
    """
    name, _, _key = adapter.source.partition(": ")
    keys = dict(ADAPTER_FILES).get(name)
    if keys is None:
        return adapter.source
    try:
        text = (adapter.root / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):  # it was there when the run began
        return adapter.source
    return f"{_from_repository(adapter.root / name)}:{line_of_table(text, (*keys, adapter.name))}"


def line_of_table(text: str, keys: tuple[str, ...]) -> int:
    """Return the number of the line on which a table of a TOML document begins, 1 where that cannot be told.

    It begins on the last line that has it as a key, of as few lines as there must be for the table to be there.
    """
    lines = text.splitlines()
    is_key = re.compile(rf"{re.escape(keys[-1])}[\"']?\s*[\].=]")
    named = [number for number, line in enumerate(lines, start=1) if is_key.search(line)]
    for number in range(named[0] if named else len(lines) + 1, min(len(lines), LONGEST) + 1):
        if _has("\n".join(lines[:number]), keys):
            return max(place for place in named if place <= number)
    return 1


def _has(text: str, keys: tuple[str, ...]) -> bool:
    """Return whether a text is TOML in which there is a table below these keys."""
    try:
        table: object = tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    for key in keys:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True


def _from_repository(path: Path) -> str:
    """Return a path as seen from the root of the repository it is in, or from its own directory."""
    path = path.absolute()
    root = next((above for above in path.parents if (above / ".git").exists()), path.parent)
    return path.relative_to(root).as_posix()

"""Where an adapter stands, by file and line: what code scanning points to, and CI shows a message beside."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter

_HEADER = re.compile(r"\s*\[\[?(?P<key>[^\[\]]+)\]")
_ASSIGNMENT = re.compile(r"""\s*(?P<key>(?:"[^"]*"|'[^']*'|[A-Za-z0-9_.\s-])+?)\s*=""")


class Position(NamedTuple):
    """A line of a file, counted from 1; 0 where no line of it is meant."""

    file: Path
    line: int


def adapter_place(adapter: Adapter) -> str:
    """Return where an adapter stands, as in `auth-provider.toml:3`.

    The file is seen from the root of the repository, or of the project where there is none. What stands in no file of
    the project is named as messages name it, as in `preset rclone.toml`.
    """
    found = position(adapter.source, adapter.root)
    return f"{_from_repository(found.file)}:{found.line or 1}" if found is not None else adapter.source


def _from_repository(path: Path) -> str:
    """Return a path as seen from the root of the repository it is in, or from its own directory."""
    path = path.absolute()
    root = next((above for above in path.parents if (above / ".git").exists()), path.parent)
    return path.relative_to(root).as_posix()


def position(source: str, root: Path, *below: str) -> Position | None:
    """Return where an adapter stands whose `source` is as in `auth-provider.toml: clients.acme`, with files in `root`.

    `below` leads to a key of it, as in `deviations`, `revoke/never-raises`; where there is none, the adapter's first
    line is meant. Returns None for an adapter that stands in no file of the project.
    """
    name, _, dotted = source.partition(": ")
    path = root / name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):  # a preset, an adapter that a hook handed over, or a file that is gone meanwhile
        return None
    keys = (*_parts(dotted), *below)
    first: dict[int, int] = {}
    for number, found in _keys(text):
        alike = next((n for n, (one, other) in enumerate(zip(found, keys, strict=False)) if one != other), None)
        first.setdefault(min(len(found), len(keys)) if alike is None else alike, number)
    depth = next((n for n in range(len(keys), len(keys) - len(below) - 1, -1) if n in first), None)
    return Position(path, 0 if depth is None else first[depth])


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the number of each line that opens a table or gives a key a value, with the whole dotted key."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _parts(header["key"])
            yield number, table
        elif assignment := _ASSIGNMENT.match(line):
            yield number, (*table, *_parts(assignment["key"]))


def _parts(dotted: str) -> tuple[str, ...]:
    """Return the names in a dotted key as TOML reads it; none where it is not one."""
    try:
        table: object = tomllib.loads(f"{dotted} = 0")
    except ValueError:
        return ()
    names = []
    while isinstance(table, dict):
        ((name, table),) = table.items()
        names.append(name)
    return tuple(names)

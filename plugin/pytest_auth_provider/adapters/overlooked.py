"""Configuration that nobody reads: files and tables that look as if they held adapters, and do not.

Whoever wrote one means their own tool, and must not be given a verdict on another one without a word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pytest_auth_provider.adapters.complaints import Place
from pytest_auth_provider.errors import AdapterError

ADAPTER_FILE = "auth-provider.toml"
TABLE = "auth-provider"
LOOKALIKES = {"authprovider", "authproviders", "pytestauthprovider"}
"""What is left of a name that is meant as ours, without its case and all but letters."""
CONFIGURATION = {".toml", ".tml", ".yaml", ".yml", ".ini", ".cfg", ".conf", ".json5"}
"""Endings of files that people write configuration into; reports of ours end otherwise."""
INI_FILES = ("pytest.ini", "tox.ini", "setup.cfg")
_SECTION = re.compile(r"^\[(?P<name>(?:tool[:.])?(?:pytest[-_])?auth[-_]?providers?\b[^\]\n]*)\]", re.MULTILINE)


def refuse_lookalikes(root: Path) -> None:
    """Refuse files and sections in `root` that look as if they configured clients, and that nobody reads.

    Raises `AdapterError`, which says where adapters belong.
    """
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        if path.suffix in CONFIGURATION and _is_like_ours(path.stem) and path.name != ADAPTER_FILE and path.is_file():
            raise AdapterError(f"{path.name}: is not read; the file for adapters is called {ADAPTER_FILE}")
    for name in INI_FILES:
        if section := _section_in(root / name):
            raise AdapterError(f"{name}: [{section}] is not read; adapters belong into {ADAPTER_FILE}")


def refuse_lookalike_tables(place: Place, table: Mapping[str, object], right: str) -> None:
    """Refuse a key of `table` that looks like ours and is not `right`, "" where none is. Raises `AdapterError`."""
    for name in table:
        if name != right and _is_like_ours(name):
            raise AdapterError(f"{place / name}: is not read; this table is called [tool.{TABLE}.clients.<name>]")


def refuse_no_clients(place: Place, clients: Mapping[str, object]) -> None:
    """Refuse a file or table for adapters that holds none. Raises `AdapterError`."""
    if not clients:
        raise AdapterError(f"{place}: no client is configured here; write a table [{place.key}.<name>], or remove it")


def refuse_misplaced(root: Path, start: Path, names: Collection[str] = ()) -> None:
    """Refuse adapters that stand where pytest was started, or on the way from there to its root directory.

    Where clients were named, those of other names are left alone. Raises `AdapterError`, which says what to do.
    """
    between = [start, *start.parents] if start.is_relative_to(root) else [start]
    for directory in between:
        if directory == root:
            return
        for path in (directory / ADAPTER_FILE, directory / "pyproject.toml"):
            clients = _clients_in(path)
            if clients is not None and (not names or clients & set(names)):
                raise AdapterError(
                    f"{path}: is not read, since pytest's root directory is {root}. Move what it says about clients "
                    f"there, or run pytest with --rootdir={directory}"
                )


def files_below(root: Path) -> Iterator[Path]:
    """Yield the adapter files in directories of `root`, which are not read."""
    return (path for path in sorted(root.glob(f"*/{ADAPTER_FILE}")) if path.is_file())


def _is_like_ours(name: str) -> bool:
    return re.sub(r"[^a-z]", "", name.lower()) in LOOKALIKES


def _section_in(path: Path) -> str:
    """Return the section of an ini file that looks like ours; an empty string where there is none."""
    try:
        found = _SECTION.search(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
    return found["name"] if found else ""


def _clients_in(path: Path) -> set[str] | None:
    """Return the clients in a file for adapters, or in a `pyproject.toml` that has some; None for any other path."""
    if not path.is_file():
        return None
    ours = path.name == ADAPTER_FILE
    try:
        table: object = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return set() if ours else None
    for key in ("clients",) if ours else ("tool", TABLE, "clients"):
        if key == "clients":
            ours = True
        table = table.get(key) if isinstance(table, dict) else None
        if table is None and not ours:
            return None
    return set(table) if isinstance(table, dict) else set()

"""Where adapters are written down: `auth-provider.toml`, then `pyproject.toml`, then the presets we ship."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

from pytest_auth_provider.adapters.complaints import Place, shown
from pytest_auth_provider.adapters.file_format import read_adapter
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.overlooked import (
    ADAPTER_FILE,
    TABLE,
    refuse_lookalike_tables,
    refuse_lookalikes,
    refuse_no_clients,
)
from pytest_auth_provider.adapters.vocabulary import did_you_mean, unknown
from pytest_auth_provider.errors import AdapterError

_PRESETS = Path(__file__).parent.parent / "presets"


def preset_names() -> list[str]:
    """Return the names of the clients there is a preset for, in alphabetical order."""
    return sorted(path.stem for path in _PRESETS.glob("*.toml"))


def preset_path(name: str) -> Path:
    """Return the file of the preset of a client."""
    return _PRESETS / f"{name}.toml"


ADAPTER_FILES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (ADAPTER_FILE, ("clients",)),
    ("pyproject.toml", ("tool", TABLE, "clients")),
)
"""File name -> the table in it that holds one adapter per client; the first file that has a client wins."""

PRESET = "preset"

Clients = tuple[Place, dict[str, object]]
"""The table of clients in a file: where it stands, and the table of each client by name."""


def load_adapter(name: str, root: Path) -> Adapter:
    """Return the adapter of the client called `name`, from the files in `root` or from the shipped presets.

    Raises `AdapterError` when there is none, or when what is there can not be understood.
    """
    for place, clients in _adapter_tables(root):
        if name in clients:
            return read_adapter(name, place / name, clients[name], root)
    if name in preset_names():
        path = preset_path(name)
        return read_adapter(name, Place(f"preset {path.name}"), _read_toml(path), root)
    raise _no_such_client(name, root)


def clients_in(path: Path) -> list[str]:
    """Return the clients that a file of adapters configures, in its order; none for a file that says nothing of ours.

    Raises `AdapterError` when it can not be read.
    """
    return [name for _place, clients in _tables_in(path) for name in clients]


def read_client(path: Path, name: str) -> Adapter:
    """Return the adapter of the client called `name` in a file of adapters, whichever other files there are.

    Raises `AdapterError` when it can not be understood, and `KeyError` where there is none of that name.
    """
    for place, clients in _tables_in(path):
        return read_adapter(name, place / name, clients[name], path.absolute().parent)
    raise KeyError(name)


def known_clients(root: Path) -> dict[str, str]:
    """Return every client there is an adapter for -> where it stands: a file name in `root`, or `preset`.

    Raises `AdapterError` when a file can not be read.
    """
    found = dict.fromkeys(preset_names(), PRESET)
    for place, clients in reversed(list(_adapter_tables(root))):
        found |= dict.fromkeys(clients, place.file)
    return found


def unused(root: Path, names: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each adapter in the files in `root` that has no part in checking the clients `names`.

    Raises `AdapterError` when a file can not be read.
    """
    read: dict[str, str] = {}
    for place, clients in _adapter_tables(root):
        for name in clients:
            if name in read:
                yield f"{place / name}: not read, since {read[name]} has a client of that name."
            elif name not in names:
                yield f"{place / name}: configured and not checked in this run; name it with --auth-client {name}."
            read.setdefault(name, place.file)


def _adapter_tables(root: Path) -> Iterator[Clients]:
    refuse_lookalikes(root)
    for name, _keys in ADAPTER_FILES:
        if (root / name).exists():
            yield from _tables_in(root / name)


def _tables_in(path: Path) -> Iterator[Clients]:
    """Yield the table of clients in a file, if it has one."""
    yield from _table_in(Place(path.name), _read_toml(path), dict(ADAPTER_FILES)[path.name])


def _table_in(
    place: Place, value: dict[str, object], keys: tuple[str, ...]
) -> Iterator[tuple[Place, dict[str, object]]]:
    """Yield the table of clients in a file, unless it is a file of other tools that says nothing of ours."""
    for key in keys:
        if key == "clients":  # everything beside the tables of other tools is ours
            _check_only(place, value, key)
        else:
            refuse_lookalike_tables(place, value, key)
            if key not in value:
                return
        place, value = place / key, _table(place / key, value.get(key, {}))
    refuse_no_clients(place, value)
    yield place, value


def _check_only(place: Place, table: dict[str, object], key: str) -> None:
    """Refuse whatever stands beside `key`: it would do nothing, and whoever wrote it would not notice."""
    for name in table:
        if name != key:
            raise AdapterError(f"{place / name}: {unknown('a key of this file', name, (key,))}")


def _table(place: Place, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise AdapterError(f"{place}: expected a table; got {shown(value)}")
    return value


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise AdapterError(f"{path.name}: this is not TOML: {problem}") from None
    except UnicodeDecodeError as problem:
        raise AdapterError(f"{path.name}: this is not TOML: byte {problem.start} is not UTF-8") from None
    except RecursionError:
        raise AdapterError(f"{path.name}: cannot be read: its tables and arrays are nested too deeply") from None
    except ValueError as problem:  # a number of thousands of digits
        raise AdapterError(f"{path.name}: cannot be read: {problem}") from None
    except OSError as problem:
        raise AdapterError(f"{path.name}: cannot be read: {problem.strerror}") from None


def _no_such_client(name: str, root: Path) -> AdapterError:
    known = known_clients(root)
    configured = [f"{client} ({source})" for client, source in known.items() if source != PRESET]
    presets = [client for client, source in known.items() if source == PRESET]
    return AdapterError(
        f'there is no client called "{name}"{did_you_mean(name, known)}\n'
        f"Configured in {root}: {', '.join(configured) or 'none'}\n"
        f"Presets: {', '.join(presets)}"
    )

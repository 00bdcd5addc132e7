"""The catalogue: every fault by its name, our own and those of other distributions."""

from __future__ import annotations

import functools
import importlib
import re
from pathlib import Path
from typing import Final, TypeGuard, get_args

from fakeprovider.errors import choose
from fakeprovider.faults.base import Fault, Seam
from fakeprovider.third_parties import third_party_faults

SEAMS: Final[tuple[Seam, ...]] = get_args(Seam)


def catalogue() -> dict[str, type[Fault]]:
    """Every fault that can be armed, by its class name; those of other distributions come last."""
    return {**built_in(), **third_party_faults(built_in())}


def find_fault(name: str) -> type[Fault]:
    """The fault called `name`, or `SettingError` with all there are and the one that was probably meant.

    One fault of our own is found without importing all the others: its file is named like it.
    """
    where = _files().get(_file_of(name), "")
    fault = getattr(importlib.import_module(where), name, None) if where else None
    if _is_fault_of(fault, where):
        return fault
    faults = catalogue()
    return faults[choose("fault", name, faults)]


@functools.cache
def built_in() -> dict[str, type[Fault]]:
    """The faults of this package, in the order of the seams they are filed under."""
    found: dict[str, type[Fault]] = {}
    for where in _files().values():
        kinds = vars(importlib.import_module(where)).items()
        found |= {name: kind for name, kind in kinds if _is_fault_of(kind, where)}
    return found


@functools.cache
def _files() -> dict[str, str]:
    """Every module below a seam: its own name, and its full one."""
    root = Path(__file__).parent
    paths = [path for seam in SEAMS for path in sorted((root / seam).glob("[!_]*.py"))]
    return {path.stem: f"{__package__}.{path.parent.name}.{path.stem}" for path in paths}


def _file_of(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _is_fault_of(kind: object, module: str) -> TypeGuard[type[Fault]]:
    return isinstance(kind, type) and issubclass(kind, Fault) and kind.__module__ == module

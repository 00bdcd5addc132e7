"""The catalogue: every fault by its name, those of this package and those of other distributions.

The faults of this package are the public classes of the modules named like the seams. Their names are read from the
source of those modules, so that a fault that is asked for by name imports its own seam and no other: importing all of
them takes longer than starting a provider.
"""

from __future__ import annotations

import functools
import importlib
import re
from pathlib import Path
from typing import Final, get_args

from fakeprovider.errors import choose
from fakeprovider.faults.base import Fault, Seam
from fakeprovider.plugins import third_party

SEAMS: Final[tuple[Seam, ...]] = get_args(Seam)
"""The seams, in the order in which a request meets them."""

_CLASS: Final = re.compile(r"^class ([A-Z]\w*)\(", re.MULTILINE)


def catalogue() -> dict[str, type[Fault]]:
    """Return every fault that can be armed, by its class name; those of other distributions come last."""
    return {**built_in(), **third_party("fault", Fault, lambda offer: offer.__name__, built_in())}


def find_fault(name: str) -> type[Fault]:
    """Return the fault called `name`.

    Raises `SettingError`, which lists all faults and suggests the one that was probably meant, for any other name.
    """
    seam = _seams_by_name().get(name)
    if seam is not None:
        return _fault(seam, name)
    faults = catalogue()
    return faults[choose("fault", name, faults)]


@functools.cache
def built_in() -> dict[str, type[Fault]]:
    """Return the faults of this package, sorted by seam and then by name."""
    return {name: _fault(seam, name) for name, seam in _seams_by_name().items()}


def names() -> list[str]:
    """Return the names of the faults of this package, without importing any of them."""
    return list(_seams_by_name())


@functools.cache
def _seams_by_name() -> dict[str, Seam]:
    here = Path(__file__).parent
    return {name: seam for seam in SEAMS for name in sorted(_CLASS.findall((here / f"{seam}.py").read_text("utf-8")))}


def _fault(seam: Seam, name: str) -> type[Fault]:
    fault: type[Fault] = getattr(importlib.import_module(f"{__package__}.{seam}"), name)
    return fault

"""Dialects: how one family of real providers differs from the RFCs. One file each, named like its dialect."""

from __future__ import annotations

from fakeprovider.dialects.base import Dialect
from fakeprovider.dialects.rfc import Rfc
from fakeprovider.dialects.spec_kitty import SpecKitty
from fakeprovider.errors import choose

__all__ = ["Dialect", "dialects", "find_dialect"]


def dialects() -> dict[str, type[Dialect]]:
    """Every dialect there is, by name."""
    return {dialect.name: dialect for dialect in (Rfc, SpecKitty)}


def find_dialect(name: str) -> Dialect:
    """The dialect called `name`, or a `SettingError` that lists all of them."""
    known = dialects()
    return known[choose("dialect", name, known)]()

"""Dialects: how one family of real providers differs from the RFCs. One file each, named like its dialect.

The dialects are imported when the first one is asked for, so that importing this package costs nothing.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from fakeprovider.errors import choose

if TYPE_CHECKING:
    from fakeprovider.dialect import Dialect, Wording

__all__ = ["Dialect", "Wording", "built_in", "dialects", "find_dialect"]

if not TYPE_CHECKING:  # type checkers would take every name for an existing one

    def __getattr__(name: str) -> object:
        if name not in ("Dialect", "Wording"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from fakeprovider import dialect

        return getattr(dialect, name)


@functools.cache
def built_in() -> dict[str, type[Dialect]]:
    """Return the dialects of this package, by name."""
    from fakeprovider.dialect import Dialect
    from fakeprovider.dialects.aws_sso import AwsSso
    from fakeprovider.dialects.chatgpt import Chatgpt
    from fakeprovider.dialects.codecarbon import Codecarbon
    from fakeprovider.dialects.formance import Formance
    from fakeprovider.dialects.github import Github
    from fakeprovider.dialects.keycloak import Keycloak
    from fakeprovider.dialects.osa import Osa
    from fakeprovider.dialects.spec_kitty import SpecKitty

    kinds = (Dialect, AwsSso, Chatgpt, Codecarbon, Formance, Github, Keycloak, Osa, SpecKitty)
    return {kind.name: kind for kind in kinds}


def dialects() -> dict[str, type[Dialect]]:
    """Return every dialect there is, by name: those built in, then those of other distributions."""
    from fakeprovider.dialect import Dialect
    from fakeprovider.plugins import third_party

    return {**built_in(), **third_party("dialect", Dialect, lambda offer: str(offer.name), built_in())}


def find_dialect(name: object) -> Dialect:
    """Return the dialect called `name`, or a `SettingError` that lists all of them."""
    known = built_in() if isinstance(name, str) and name in built_in() else dialects()
    return known[choose("dialect", name, known)]()

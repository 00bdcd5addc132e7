"""The hooks of third parties: another distribution offers further dialects and faults.

It names a module of its own under entry point group `fakeprovider`,

    [project.entry-points.fakeprovider]
    acme = "acme_provider.hooks"

and there

    from fakeprovider.hookspecs import hookimpl

    @hookimpl
    def fakeprovider_dialects():
        return [Acme]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pluggy

if TYPE_CHECKING:
    from fakeprovider.dialect import Dialect
    from fakeprovider.faults.base import Fault


GROUP: Final = "fakeprovider"
"""The entry point group, and the name of the pluggy project."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@hookspec
def fakeprovider_dialects() -> Iterable[type[Dialect]]:  # type: ignore[empty-body]  # a specification has no body
    """Return further dialects: subclasses of `fakeprovider.Dialect`, each with a `name` of its own."""


@hookspec
def fakeprovider_faults() -> Iterable[type[Fault]]:  # type: ignore[empty-body]  # a specification has no body
    """Return further faults: subclasses of one of the bases in `fakeprovider.faults`, known by their class names."""

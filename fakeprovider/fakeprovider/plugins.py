"""Find the dialects and faults of other distributions, when somebody asks for a name that is not built in.

Scanning the entry points of an environment takes longer than starting a provider, so it is done as late as possible.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from fakeprovider.errors import PluginError

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

    from pluggy import PluginManager


Kind = TypeVar("Kind")

_SPECIFICATIONS: Final = "fakeprovider.hookspecs"
"""Imported by name: its types stand above faults and dialects, which import this module."""


def third_party(
    what: str, base: type[Kind], name_of: Callable[[type[Kind]], str], built_in: Mapping[str, type[Kind]]
) -> dict[str, type[Kind]]:
    """Return what other distributions offer by the hook `fakeprovider_<what>s`, by the names that `name_of` tells.

    Raises `PluginError`, which names the distribution, for one that is broken, for an offer that is no subclass of
    `base`, and for a name that is `built_in` or offered twice.
    """
    offers = _offers(f"fakeprovider_{what}s", base)
    return _named([(who, name_of(offer), offer) for who, offer in offers], what, built_in)


def _offers(hook: str, base: type[Kind]) -> list[tuple[str, type[Kind]]]:
    """Return what each plugin returns from `hook`, with the words that name the plugin."""
    offers = []
    for implementation in getattr(_manager().hook, hook).get_hookimpls():
        who = implementation.plugin_name
        for offer in _asked(who, hook, implementation.function):
            if not isinstance(offer, type) or not issubclass(offer, base):
                raise PluginError(f"{who}: {hook}() offers {offer!r}, expected a subclass of {base.__qualname__}")
            offers.append((who, offer))
    return offers


def _asked(who: str, hook: str, function: Any) -> Iterable[Any]:
    # Called one by one and not through pluggy, so that the error names the plugin that raised it.
    try:
        return list(function())
    except Exception as error:
        raise PluginError(f"{who}: {hook}() raised {type(error).__name__}: {error}") from error


def _named(
    offers: list[tuple[str, str, type[Kind]]], what: str, built_in: Mapping[str, type[Kind]]
) -> dict[str, type[Kind]]:
    named: dict[str, type[Kind]] = {}
    owners = dict.fromkeys(built_in, "fakeprovider itself")
    for who, name, offer in offers:
        if name in owners:
            raise PluginError(f"{who}: offers {what} {name!r}, a name that {owners[name]} has already; choose another")
        owners[name] = who
        named[name] = offer
    return named


@functools.cache
def _manager() -> PluginManager:
    from importlib.metadata import distributions

    import pluggy

    hookspecs = importlib.import_module(_SPECIFICATIONS)
    manager = pluggy.PluginManager(hookspecs.GROUP)
    manager.add_hookspecs(hookspecs)
    for distribution in distributions():
        for entry in distribution.entry_points.select(group=hookspecs.GROUP):
            _register(manager, distribution, entry)
    return manager


def _register(manager: PluginManager, distribution: Distribution, entry: EntryPoint) -> None:
    who = f"fakeprovider plugin {entry.name!r} of {distribution.name} {distribution.version}"
    if manager.has_plugin(who):
        return  # the same distribution, found a second time further down sys.path
    try:
        manager.register(entry.load(), name=who)
        manager.check_pending()
    except Exception as error:
        raise PluginError(
            f"{who} cannot be loaded from {entry.value!r}: {type(error).__name__}: {error}; "
            f"fix it, or uninstall {distribution.name}"
        ) from error

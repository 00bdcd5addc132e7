"""Dialects and faults of other distributions, loaded when somebody asks for a name that is not built in.

Scanning the entry points of an environment takes longer than starting a provider, so nobody pays who does not ask.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from fakeprovider.errors import PluginError

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

    from pluggy import PluginManager

    from fakeprovider.dialect import Dialect
    from fakeprovider.faults.base import Fault


Kind = TypeVar("Kind")


def third_party_dialects(built_in: Mapping[str, type[Dialect]]) -> dict[str, type[Dialect]]:
    """Return every dialect of other distributions by its name; `PluginError` for one that is broken or taken."""
    from fakeprovider.dialect import Dialect as Base

    offers = _offers("fakeprovider_dialects", Base)
    return _named([(who, str(offer.name), offer) for who, offer in offers], "dialect", built_in)


def third_party_faults(built_in: Mapping[str, type[Fault]]) -> dict[str, type[Fault]]:
    """Return every fault of other distributions by its class name; `PluginError` for one that is broken or taken."""
    from fakeprovider.faults.base import Fault as Base

    offers = _offers("fakeprovider_faults", Base)
    return _named([(who, offer.__name__, offer) for who, offer in offers], "fault", built_in)


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
    # Asked one by one and not through pluggy's call, so that a failure can be laid at the right door.
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

    from fakeprovider import hookspecs

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

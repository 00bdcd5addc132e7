"""A fake OpenID provider in this process that misbehaves on demand.

from fakeprovider import Provider
from fakeprovider.faults import ServerError

with Provider() as provider:
    with provider.failing(ServerError(503), at="token"):
        ...

What this package offers is imported when it is first asked for (PEP 562): a command line that prints its help needs
none of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from fakeprovider._version import __version__
from fakeprovider.dialects import dialects
from fakeprovider.errors import FaultNotMet, PluginError, ProviderError, SettingError

if TYPE_CHECKING:
    from fakeprovider.dialect import Dialect
    from fakeprovider.faults.armed import ArmedFault
    from fakeprovider.grants.issue import Issued
    from fakeprovider.journal import Exchange, Journal
    from fakeprovider.provider import Provider
    from fakeprovider.state.api_routes import ApiRoute
    from fakeprovider.state.clients import ClientRecord
    from fakeprovider.state.clock import Clock
    from fakeprovider.state.users import Person, User
    from fakeprovider.tokens.keys import SigningKey
    from fakeprovider.tokens.secrets import Secret, Secrets

__all__ = [
    "ApiRoute",
    "ArmedFault",
    "ClientRecord",
    "Clock",
    "Dialect",
    "Exchange",
    "FaultNotMet",
    "Issued",
    "Journal",
    "Person",
    "PluginError",
    "Provider",
    "ProviderError",
    "Secret",
    "Secrets",
    "SettingError",
    "SigningKey",
    "User",
    "__version__",
    "dialects",
    "faults",
]

_LATE = {
    "ApiRoute": "fakeprovider.state.api_routes",
    "ArmedFault": "fakeprovider.faults.armed",
    "ClientRecord": "fakeprovider.state.clients",
    "Clock": "fakeprovider.state.clock",
    "Dialect": "fakeprovider.dialect",
    "Exchange": "fakeprovider.journal",
    "Issued": "fakeprovider.grants.issue",
    "Journal": "fakeprovider.journal",
    "Person": "fakeprovider.state.users",
    "Provider": "fakeprovider.provider",
    "Secret": "fakeprovider.tokens.secrets",
    "Secrets": "fakeprovider.tokens.secrets",
    "SigningKey": "fakeprovider.tokens.keys",
    "User": "fakeprovider.state.users",
}
"""Name -> the module it is in, for what is imported when it is first asked for."""

_RENAMED = {"Armed": "ArmedFault"}

if not TYPE_CHECKING:  # type checkers would take every name for an existing one

    def __getattr__(name: str) -> object:
        if name in ("faults", "server"):  # public packages, which were always there after `import fakeprovider`
            return importlib.import_module(f"{__name__}.{name}")
        if name in _RENAMED:
            raise AttributeError(f"{__name__}.{name} is called {_RENAMED[name]} now; write {__name__}.{_RENAMED[name]}")
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(importlib.import_module(_LATE[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

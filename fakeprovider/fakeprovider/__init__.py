"""A fake OpenID provider in this process that misbehaves on demand.

from fakeprovider import Provider
from fakeprovider.faults import ServerError

with Provider() as provider:
    with provider.failing(ServerError(503), at="token"):
        ...
"""

from __future__ import annotations

import typing as _typing

from fakeprovider._version import __version__
from fakeprovider.dialects import Dialect, dialects
from fakeprovider.errors import FaultNotMet, PluginError, ProviderError, SettingError
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

if _typing.TYPE_CHECKING:
    from fakeprovider.hosts import ControlApi, VirtualHosts


def _open_control(provider: Provider, hosts: VirtualHosts) -> ControlApi:
    from fakeprovider.control import Control  # nobody else pays for the import

    return Control(provider, hosts)


Provider.open_control = staticmethod(_open_control)

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

_RENAMED = {"Armed": "ArmedFault"}

if not _typing.TYPE_CHECKING:  # type checkers would take every name for an existing one

    def __getattr__(name: str) -> object:
        """Raise `AttributeError` for a name there is not; if it was renamed, say what it is called now."""
        if name in _RENAMED:
            raise AttributeError(f"{__name__}.{name} is called {_RENAMED[name]} now; write {__name__}.{_RENAMED[name]}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

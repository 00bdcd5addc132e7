"""A fake OpenID provider in this process that misbehaves on demand.

from fakeprovider import Provider
from fakeprovider.faults import ServerError

with Provider() as provider:
    with provider.failing(ServerError(503), at="token"):
        ...
"""

from __future__ import annotations

from fakeprovider import faults
from fakeprovider._version import __version__
from fakeprovider.api_routes import ApiRoute
from fakeprovider.clients import ClientRecord
from fakeprovider.clock import Clock
from fakeprovider.dialects import Dialect, dialects
from fakeprovider.errors import FaultNotMet, PluginError, ProviderError, SettingError
from fakeprovider.faults.arming import Armed
from fakeprovider.issued import Issued
from fakeprovider.journal import Exchange, Journal
from fakeprovider.keys import SigningKey
from fakeprovider.people import Person
from fakeprovider.provider import Provider
from fakeprovider.secrets import Secret, Secrets
from fakeprovider.user import User

__all__ = [
    "ApiRoute",
    "Armed",
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

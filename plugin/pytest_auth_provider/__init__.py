"""Drive a command-line client against a fake OpenID provider from pytest, and report which contracts it keeps.

    @scenario("RFC 7009 2.2.1", "The client must assume the token still exists.", needs={"logout"})
    def test_a_503_is_not_a_revocation(auth_provider: Provider, auth_client: Client) -> None: ...

Importing this package imports neither the provider nor anything else that every pytest run would have to pay for:
`Adapter`, `Client` and `Outcome` are imported when they are first asked for (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pytest_auth_provider.scenario import Level, Scenario, scenario

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.outcome.outcome import Outcome


__all__ = ["Adapter", "Client", "Level", "Outcome", "Scenario", "scenario"]

_LATE = {
    "Adapter": "pytest_auth_provider.adapters.models",
    "Client": "pytest_auth_provider.clients.client",
    "Outcome": "pytest_auth_provider.outcome.outcome",
}
"""Name -> the module it is in, for what is imported when it is first asked for."""


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_LATE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""What an adapter lacks, told from a login that failed: a dialect, endpoint paths, or a setting of the provider.

A repair changes the provider and never the client: it lets the client meet what its own provider would have been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pytest_auth_provider.learning.exchanges import parameters

if TYPE_CHECKING:
    from fakeprovider import Exchange

RELAXED: Final[Mapping[str, tuple[str, object]]] = {
    "code_challenge is missing": ("require_pkce", "never"),
    "had no code_challenge": ("require_pkce", "never"),
    "code_verifier has": ("check_code_verifier", False),
    "code_verifier holds": ("check_code_verifier", False),
    "the client authenticated as": ("one_client_authentication", False),
}
"""Words of a rejection -> the setting under which the provider would have accepted it, and its value."""


@dataclass(frozen=True)
class Repair:
    """One key of an adapter with the value that it lacks, and why."""

    key: str
    value: object
    why: str


def repair_for(exchanges: Sequence[Exchange], dialect: str) -> Repair | None:
    """Return what to change for a client whose login led to these exchanges and failed; None where nobody knows.

    `dialect` is the one that the provider spoke.
    """
    unserved = _unserved(exchanges)
    if unserved:
        return (_other_dialect(unserved) if dialect == "rfc" else None) or _own_paths(unserved)
    for exchange in exchanges:
        for words, (setting, value) in RELAXED.items():
            if words in exchange.note:
                return Repair("provider", {setting: value}, exchange.note)
    return None


def _unserved(exchanges: Sequence[Exchange]) -> dict[str, Exchange]:
    """Return each path that was asked for and is not served, with the first request for it."""
    found: dict[str, Exchange] = {}
    for exchange in exchanges:
        if not exchange.endpoint:
            found.setdefault(exchange.path.partition("?")[0], exchange)
    return found


def _other_dialect(unserved: Mapping[str, Exchange]) -> Repair | None:
    from fakeprovider.dialects import dialects  # imported late: plugin code is loaded by every pytest run

    for name, kind in dialects().items():
        if unserved.keys() <= {*kind.paths.values(), *kind.routes}:
            return Repair("dialect", name, f"it asked for {', '.join(unserved)}, as clients of {name} do")
    return None


def _own_paths(unserved: Mapping[str, Exchange]) -> Repair | None:
    paths: dict[str, str] = {}
    for path, exchange in unserved.items():
        if endpoint := _endpoint_meant(exchange):
            paths.setdefault(endpoint, path)
    asked = ", ".join(f"{path} with what belongs to {endpoint}" for endpoint, path in paths.items())
    return Repair("paths", paths, f"it asked for {asked}") if paths else None


def _endpoint_meant(exchange: Exchange) -> str:
    """Return the endpoint for which a request is meant, by what it sends; "" where that could be anything."""
    sent = parameters(exchange)
    if exchange.method == "GET" and "response_type" in sent:
        return "authorization"
    if exchange.method != "POST":
        return "jwks" if exchange.path.endswith("jwks.json") else ""
    if "grant_type" in sent or "grantType" in sent:
        return "token"
    if "redirect_uris" in sent:
        return "registration"
    if "token" in sent:
        return "revocation"
    if "response_type" in sent:
        return "pushed_authorization_request"
    return "device_authorization" if "client_id" in sent or "clientId" in sent else ""

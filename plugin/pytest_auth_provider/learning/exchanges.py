"""What exchanges tell of the client that made them: grants, sign-ins, refreshes and calls, without judgement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from fakeprovider.vocabulary import RESOURCES

if TYPE_CHECKING:
    from fakeprovider import Exchange

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def calls(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return the calls that carried an access token to something that takes one."""
    return [one for one in exchanges if one.endpoint in RESOURCES and one.bearer]


def refreshes(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return the requests to refresh a token (RFC 6749 6)."""
    return [one for one in exchanges if one.endpoint == "token" and one.grant == "refresh_token"]


def sign_ins(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return the requests that begin or complete a sign-in: any grant but a refresh, and what leads to one."""
    return [
        one
        for one in exchanges
        if one.endpoint in ("authorization", "device_authorization", "pushed_authorization_request")
        or (one.endpoint == "token" and one.grant != "refresh_token")
    ]


def asked(exchanges: Iterable[Exchange], *endpoints: str) -> bool:
    """Return whether any of these endpoints was asked."""
    return any(one.endpoint in endpoints for one in exchanges)


def parameters(exchange: Exchange) -> Mapping[str, str]:
    """Return the parameters of a request, those of its query and those of its body."""
    return {**dict(parse_qsl(exchange.path.partition("?")[2])), **exchange.form}


def members(exchange: Exchange) -> Mapping[str, object]:
    """Return the members of a JSON answer; none where it is anything else."""
    try:
        answer = json.loads(exchange.response_body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def is_loopback(uri: str) -> bool:
    """Return whether a redirect URI leads back to this machine (RFC 8252 7.3)."""
    return urlsplit(uri).hostname in LOOPBACK


def told(exchanges: Iterable[Exchange]) -> str:
    """Return the requests in order in words, as in `asked for token[refresh_token] (200), api (200)`; repeats once."""
    words: list[str] = []
    for one in exchanges:
        grant = f"[{one.grant}]" if one.grant else ""
        request = f"{one.endpoint or 'an unknown path'}{grant} ({one.status or 'unanswered'})"
        if request not in words[-1:]:
            words.append(request)
    return f"asked for {', '.join(words)}" if words else "asked the provider for nothing"

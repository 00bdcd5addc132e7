"""The device authorization endpoint (RFC 8628 3.1, 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fakeprovider.body import check_body
from fakeprovider.checks.client_authentication import identify
from fakeprovider.server.answer import Answer
from fakeprovider.state.clock import whole
from fakeprovider.state.store import DeviceCode

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Return a device code for the client and a user code for the person (RFC 8628 3.2)."""
    check_body(call.request, json_too=call.provider.dialect.json_requests)
    return authorize(call)


def authorize(call: Call) -> Answer:
    """Return what `serve` returns, without checking the body: for dialects whose bodies are of another form."""
    provider = call.provider
    client_id = identify(call)
    secrets = provider.secrets
    code = DeviceCode(
        value=secrets.mint("device_code"),
        user_code=secrets.mint_user_code(),
        client_id=client_id,
        scope=call.members.get("scope", ""),
        expires_at=call.at + provider.device_code_lifetime,
        interval=provider.device_interval,
    )
    with provider.store.lock:
        provider.store.device_codes[code.value] = code
    page = provider.url("verification")
    members: dict[str, object] = {
        "device_code": code.value,
        "user_code": code.user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?{urlencode({'user_code': code.user_code})}",
        "expires_in": whole(provider.device_code_lifetime),
        "interval": whole(code.interval),
    }
    return Answer.json(provider.dialect.device_members(members))

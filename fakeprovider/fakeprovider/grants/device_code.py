"""The device_code grant (RFC 8628 3.4, 3.5): a client polls until the user has decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from fakeprovider.body import require
from fakeprovider.errors import OAuthError
from fakeprovider.grants.issue import issue
from fakeprovider.protocol.uris import narrow_resources
from fakeprovider.state.store import DeviceCode

if TYPE_CHECKING:
    from fakeprovider.context import Call


SLOW_DOWN_SECONDS = 5.0
"""What `slow_down` adds to the interval, for this and all later polls (RFC 8628 3.5)."""


def exchange(call: Call) -> dict[str, object]:
    """Return tokens for an approved device code, once; raise the error that tells the client what to do otherwise."""
    value = require(call.members, "device_code", "RFC 8628 3.4")
    store = call.provider.store
    audience = narrow_resources(call.parameters.getlist("resource"), ())
    with store.lock:
        code = claim(call, value)
        session = store.new_session(code.client_id, code.subject, code.scope, call.at)
        session.audience = audience
        return issue(call, session)


def claim(call: Call, value: str) -> DeviceCode:
    """Consume the approved device code `value` and return it; raise the error for the client otherwise."""
    store = call.provider.store
    with store.lock:
        code = store.device_codes.get(value)
        if code is None:
            story = "the device code was never issued here, or was cleaned up long ago"
            raise OAuthError("invalid_grant", story, reason="device_code_unknown")
        _check_usable(call, code)
        _follow_user(call, code)
        code.status = "consumed"
        return code


def _check_usable(call: Call, code: DeviceCode) -> None:
    # Proprietary polls need not name their client; the token endpoint has made sure of it.
    if call.client_id and code.client_id != call.client_id:
        raise OAuthError(
            "invalid_grant", f"the device code belongs to client {code.client_id!r}, not to {call.client_id!r}"
        )
    if code.status == "consumed":
        story = "the device code was already exchanged for tokens; it works once"
        raise OAuthError("invalid_grant", story, reason="device_code_consumed")
    if code.expires_at <= call.at:
        _say_expired(code)


def _follow_user(call: Call, code: DeviceCode) -> None:
    """Return when the user has approved; raise the answer for every other state."""
    code.polls += 1
    step = call.provider.user.next_step()
    if step == "slow_down" or (not step and _too_fast(call, code)):
        code.interval += SLOW_DOWN_SECONDS
        code.polled_at = call.at
        raise OAuthError("slow_down", f"poll every {code.interval:g} s from now on (RFC 8628 3.5)")
    code.polled_at = call.at
    if step == "expire":
        code.expires_at = call.at
        _say_expired(code)
    _decide(call, code, step)
    if code.status == "denied":
        raise OAuthError("access_denied", "the user denied the request")
    if code.status != "approved":
        raise OAuthError("authorization_pending", "the user has not decided yet; keep polling")


def _decide(call: Call, code: DeviceCode, step: str) -> None:
    if code.status != "pending":
        return
    user = call.provider.user
    decision = step or user.decision
    if decision == "approve":
        code.status = "approved"
        code.subject = user.person.sub
    elif decision == "deny":
        code.status = "denied"


def _too_fast(call: Call, code: DeviceCode) -> bool:
    # A tenth of a second of grace: clients count from when they sent, we from when it arrived.
    return code.polled_at is not None and call.at < code.polled_at + code.interval - 0.1


def _say_expired(code: DeviceCode) -> NoReturn:
    raise OAuthError("expired_token", f"the device code expired after {code.polls} polls; start again (RFC 8628 3.5)")

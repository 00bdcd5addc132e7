"""Dialect `osa`: JSON endpoints under one prefix, each with an error envelope of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from fakeprovider.body import check_body, require
from fakeprovider.context import READ, WRITE, Route
from fakeprovider.dialect import Dialect, Wording
from fakeprovider.endpoints import device_authorization, revocation, verification
from fakeprovider.grants import device_code, refresh_token
from fakeprovider.pages import render
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.state.store import Session


AUTH = "/api/v1/auth"


def poll(call: Call) -> Answer:
    """Answer the poll of a device with tokens, or with an error as RFC 8628 3.5 has it."""
    check_body(call.request, json_too=True)
    return Answer.json(device_code.exchange(call))


def refresh(call: Call) -> Answer:
    """Return the next tokens for a refresh token."""
    check_body(call.request, json_too=True)
    return Answer.json(refresh_token.exchange(call))


def logout(call: Call) -> Answer:
    """End the session whose refresh token arrives; one that is over already, or never was, is as good as ended."""
    check_body(call.request, json_too=True)
    revocation.revoke(call, require(call.members, "refresh_token", "osa"))
    return Answer.json({"success": True})


def verify(call: Call) -> Answer:
    """Return the verification page, which sends the person on to a page that tells how it went."""
    answer = verification.serve(call)
    if call.request.method not in WRITE:
        return answer
    if answer.status >= 400:
        return Answer.redirect(f"{call.provider.base}{AUTH}/device/error")
    denied = call.request.form.get("decision") == "deny"
    return Answer.redirect(f"{call.provider.base}{AUTH}/device/{'error' if denied else 'complete'}")


def complete(call: Call) -> Answer:
    """Return the page at the end of a sign-in."""
    return render("finished.html", title="You are signed in", message="The device is signed in now.")


def error_page(call: Call) -> Answer:
    """Return the page at the end of a sign-in that failed, which tells the person to go back to the terminal."""
    return render("finished.html", title="That did not work", message="The device was not signed in.")


class Osa(Dialect):
    """The service behind osa-py: no client ids, no form bodies, no discovery in its clients."""

    name = "osa"

    paths: ClassVar[Mapping[str, str]] = {
        **Dialect.paths,
        "token": f"{AUTH}/refresh",
        "device_authorization": f"{AUTH}/device",
        "verification": f"{AUTH}/device/verify",
        "revocation": f"{AUTH}/logout",
    }
    routes: ClassVar[Mapping[str, Route]] = {
        f"{AUTH}/device": Route(WRITE, device_authorization.authorize, "device_authorization"),
        f"{AUTH}/device/token": Route(WRITE, poll, "token", "device_code"),
        f"{AUTH}/device/verify": Route((*READ, *WRITE), verify, "verification"),
        f"{AUTH}/device/complete": Route(READ, complete, "verification"),
        f"{AUTH}/device/error": Route(READ, error_page, "verification"),
        f"{AUTH}/refresh": Route(WRITE, refresh, "token", "refresh_token"),
        f"{AUTH}/logout": Route(WRITE, logout, "revocation"),
    }
    json_requests = True
    default_client = "osa"
    user_code_parameter = "code"
    api_path = "/api/v1"

    wordings: ClassVar[Mapping[str, Wording]] = {
        "device_code_unknown": Wording("device_not_found"),
        "device_code_consumed": Wording("device_consumed"),
        "refresh_token_unknown": Wording("invalid_refresh_token", 401),
        "refresh_token_expired": Wording("refresh_token_expired", 401),
        "refresh_token_revoked": Wording("token_family_revoked", 401),
        "refresh_token_reused": Wording("token_family_revoked", 401),
    }

    def error_body(self, call: Call, code: str, description: str) -> dict[str, object]:
        """Return the error as RFC 8628 has it for the device endpoints, and under `detail` for all others."""
        if call.endpoint == "device_authorization" or call.grant == "device_code":
            return super().error_body(call, code, description)
        return {"detail": {"code": code, "message": description}}

    def device_members(self, members: dict[str, object]) -> dict[str, object]:
        """Return the members without `verification_uri_complete`."""
        return {name: value for name, value in members.items() if name != "verification_uri_complete"}

    def token_members(self, members: dict[str, object], session: Session, provider: ProviderState) -> dict[str, object]:
        """Return the two tokens, their type and the lifetime of the access token."""
        return {name: members[name] for name in MEMBERS if name in members}


MEMBERS = ("access_token", "refresh_token", "token_type", "expires_in")

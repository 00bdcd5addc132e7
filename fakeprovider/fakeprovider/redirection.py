"""The way back from the authorization endpoint to the client (RFC 6749 4.1.2, RFC 9207, OAuth form post)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from fakeprovider.answer import Answer
from fakeprovider.client_authentication import check_registered
from fakeprovider.clients import ClientRecord
from fakeprovider.errors import OAuthError
from fakeprovider.form import check_repeats
from fakeprovider.pages import render
from fakeprovider.redirect_uris import check_allowed

if TYPE_CHECKING:
    from fakeprovider.call import Call

RESPONSE_MODES: Final = ("query", "fragment", "form_post")


@dataclass(frozen=True)
class Redirection:
    """Where the answer to one authorization request goes, and how."""

    client: ClientRecord
    uri: str
    uri_was_sent: bool
    state: str
    response_mode: str

    @classmethod
    def read(cls, call: Call, parameters: MultiDict[str, str]) -> Redirection:
        """The way back that a request asks for; an `OAuthError` here must be shown to the person, never redirected."""
        check_repeats(parameters, only=("client_id", "redirect_uri"))
        client_id = parameters.get("client_id", "")
        if not client_id:
            raise OAuthError("invalid_request", "client_id is missing; it says which client asks (RFC 6749 4.1.1)")
        check_registered(call, client_id)
        client = call.provider.clients.find(client_id)
        sent = parameters.get("redirect_uri", "")
        uri = sent or _only_registered(client)
        check_allowed(call.provider, client, uri, client.redirect_uris, "redirect_uri")
        mode = parameters.get("response_mode", "") or "query"
        return cls(client, uri, bool(sent), parameters.get("state", ""), mode if mode in RESPONSE_MODES else "query")

    def send(self, call: Call, members: dict[str, str]) -> Answer:
        """Send the browser back with `members`, the state and the issuer."""
        told = {**members, **({"state": self.state} if self.state else {})}
        if call.provider.send_iss:
            told["iss"] = call.provider.issuer
        if self.response_mode == "form_post":
            return render("form_post.html", action=self.uri, members=told, client=self.client.label)
        # After a POST the browser must not repeat it at the client (RFC 9700 4.12).
        status = 303 if call.request.method == "POST" else 302
        return Answer.redirect(self._with(urlencode(told)), status)

    def _with(self, encoded: str) -> str:
        if self.response_mode == "fragment":
            return f"{self.uri}#{encoded}"
        separator = "&" if "?" in self.uri else "?"
        return f"{self.uri}{separator}{encoded}"


def _only_registered(client: ClientRecord) -> str:
    if len(client.redirect_uris) != 1:
        raise OAuthError(
            "invalid_request",
            f"redirect_uri is missing, and client {client.client_id!r} has {len(client.redirect_uris)} registered; "
            "it may be left out with exactly one (RFC 6749 3.1.2.3)",
        )
    return client.redirect_uris[0]

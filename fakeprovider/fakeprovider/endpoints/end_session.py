"""The end session endpoint (OIDC RP-Initiated Logout 1.0): the browser is signed out, and sent back where safe."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fakeprovider.body import check_repeats
from fakeprovider.errors import OAuthError
from fakeprovider.pages import render
from fakeprovider.protocol.uris import check_allowed
from fakeprovider.server.answer import Answer
from fakeprovider.state.store import SIGNED_OUT, IdToken, Session
from fakeprovider.tokens.lookup import find

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Return a redirect where a known client asks for one, a page otherwise, with the reason if something was wrong."""
    try:
        check_repeats(call.parameters)
        session = _hinted(call)
        client_id = _client(call, session)
        back = _way_back(call, client_id)
    except OAuthError as error:
        call.note = f"{error.code}: {error.description}"
        return render("finished.html", 400, title="This sign-out cannot go on", message=call.note)
    _end(call, session)
    if back:
        return Answer.redirect(back, 303 if call.request.method == "POST" else 302)
    return render("finished.html", title="You are signed out", message="The browser is signed out of this provider.")


def _hinted(call: Call) -> Session | None:
    """Return the session of the id token in the hint; an expired one is as good (RP-Initiated Logout 2)."""
    hint = call.parameters.get("id_token_hint", "")
    if not hint:
        return None
    token = find(call.provider.store, hint)
    if not isinstance(token, IdToken):
        raise OAuthError("invalid_request", "id_token_hint is no id token this provider issued, or it died long ago")
    return token.session


def _client(call: Call, session: Session | None) -> str:
    sent = call.parameters.get("client_id", "")
    if session is not None and sent and sent != session.client_id:
        raise OAuthError(
            "invalid_request", f"client_id arrived as {sent!r}, the id_token_hint is for {session.client_id!r}"
        )
    return session.client_id if session is not None else sent


def _way_back(call: Call, client_id: str) -> str:
    uri = call.parameters.get("post_logout_redirect_uri", "")
    if not uri:
        return ""
    if not client_id:
        raise OAuthError("invalid_request", "post_logout_redirect_uri needs an id_token_hint or a client_id beside it")
    client = call.provider.clients.find(client_id)
    check_allowed(call.provider, client, uri, client.post_logout_redirect_uris, "post_logout_redirect_uri")
    state = call.parameters.get("state", "")
    if not state:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'state': state})}"


def _end(call: Call, session: Session | None) -> None:
    store = call.provider.store
    subject = session.subject if session is not None else call.provider.user.person.sub
    with store.lock:
        store.authentications[subject] = SIGNED_OUT
        if session is not None:
            store.end_session(session, "the person signed out at the provider", call.at)

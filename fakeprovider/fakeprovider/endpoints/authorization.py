"""The authorization endpoint (RFC 6749 3.1, OIDC Core 3.1.2): what the person at the browser is asked, and decides.

read the way back  -> wrong: an error page, since a browser is never sent to an address that is not registered
read the request   -> wrong: back to the client with the error
ask the user       -> approves or denies at once, or is shown a page whose form comes back here
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from werkzeug.datastructures import MultiDict

from fakeprovider.checks.authorization_request import read_redirection, read_request, send_back
from fakeprovider.endpoints.pushed_authorization_request import take_pushed
from fakeprovider.errors import OAuthError
from fakeprovider.grants.issue import IssueOptions, issue
from fakeprovider.pages import render
from fakeprovider.protocol.authorization_request import AuthorizationRequest, Redirection
from fakeprovider.server.answer import Answer
from fakeprovider.state.store import SIGNED_OUT, AuthorizationCode, SignInPage

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.state.users import Person


def serve(call: Call) -> Answer:
    """Return a redirect to the client with a code or an error, a sign-in page, or a page that says what went wrong."""
    try:
        if call.request.method == "POST" and "sign_in" in call.parameters:
            return _decided(call, _take_page(call))
        parameters = _parameters(call)
        redirection = read_redirection(call, parameters)
    except OAuthError as error:
        call.note = f"{error.code}: {error.description}"
        title = "This sign-in cannot go on"
        return render("finished.html", 400, title=title, message=f"{error.code}: {error.description}")
    try:
        return _ask(call, read_request(call.provider, parameters, redirection))
    except OAuthError as error:
        return _send_error(call, redirection, error)


def _parameters(call: Call) -> MultiDict[str, str]:
    """Return the parameters of the request, those that were pushed where it points to them (RFC 9126 4)."""
    return take_pushed(call) if "request_uri" in call.parameters else call.parameters


def _ask(call: Call, request: AuthorizationRequest) -> Answer:
    user = call.provider.user
    person = call.provider.people.find(request.login_hint) or user.person
    if "none" in request.prompt:
        _check_silently(call, request, person)
    if user.decision == "approve":
        return _approve(call, request, person)
    if user.decision == "deny":
        raise OAuthError("access_denied", "the user denied the request")
    return _show_page(call, request, person)


def _check_silently(call: Call, request: AuthorizationRequest, person: Person) -> None:
    """Answer `login_required` where a page would be needed (OIDC Core 3.1.2.6)."""
    why = ""
    signed_out = call.provider.store.authentications.get(person.sub) == SIGNED_OUT
    if call.provider.user.decision != "approve" or signed_out:
        why = "nobody is signed in at this browser"
    elif _too_old(call, request, person):
        why = f"the person authenticated longer than max_age = {request.max_age} s ago"
    if why:
        raise OAuthError("login_required", f"{why}, and prompt is 'none'")


def _show_page(call: Call, request: AuthorizationRequest, person: Person) -> Answer:
    provider = call.provider
    page_id = str(uuid.uuid4())
    with provider.store.lock:
        provider.store.tidy(call.at)
        provider.store.sign_in_pages[page_id] = SignInPage(request, call.at + provider.sign_in_page_lifetime)
    return render(
        "authorize.html",
        action=provider.url("authorization"),
        page_id=page_id,
        client=request.redirection.client.label,
        scopes=request.scope.split(),
        people=list(provider.people),
        chosen=person.sub,
    )


def _take_page(call: Call) -> AuthorizationRequest:
    with call.provider.store.lock:
        page = call.provider.store.sign_in_pages.pop(call.parameters["sign_in"], None)
    if page is None:
        raise OAuthError("invalid_request", "this page was answered before, or never came from here")
    if page.expires_at <= call.at:
        raise OAuthError("invalid_request", f"this page waited too long, by {call.at - page.expires_at:.0f} s")
    return page.request


def _decided(call: Call, request: AuthorizationRequest) -> Answer:
    """Return what the person chose on the page."""
    try:
        if call.parameters.get("decision") != "approve":
            raise OAuthError("access_denied", "the user denied the request")
        person = call.provider.people.get(call.parameters.get("person", ""), call.provider.user.person)
        return _approve(call, request, person)
    except OAuthError as error:
        return _send_error(call, request.redirection, error)


def _approve(call: Call, request: AuthorizationRequest, person: Person) -> Answer:
    if request.response_type != "code":
        return _send_tokens(call, request, person)
    provider = call.provider
    code = AuthorizationCode(
        value=provider.secrets.mint("authorization_code"),
        request=request,
        subject=person.sub,
        auth_time=_authenticate(call, request, person),
        expires_at=call.at + provider.code_lifetime,
    )
    with provider.store.lock:
        provider.store.tidy(call.at)
        provider.store.authorization_codes[code.value] = code
    return send_back(call, request.redirection, {"code": code.value})


def _send_tokens(call: Call, request: AuthorizationRequest, person: Person) -> Answer:
    """Send the browser back with an id token, and an access token where one was asked for (OIDC Core 3.2.2.5)."""
    store, access = call.provider.store, "token" in request.response_type.split()
    with store.lock:
        session = store.new_session(request.client_id, person.sub, request.scope, call.at)
        session.audience, session.auth_time = request.resources, _authenticate(call, request, person)
        members = issue(call, session, IssueOptions(nonce=request.nonce, access=access, refresh=False))
    return send_back(call, request.redirection, {name: str(value) for name, value in members.items()})


def _authenticate(call: Call, request: AuthorizationRequest, person: Person) -> float:
    """Return when the person authenticated: now, or earlier where the browser is still signed in and that suffices."""
    store = call.provider.store
    with store.lock:
        before = store.authentications.get(person.sub)
        if not before or "login" in request.prompt or _too_old(call, request, person):
            store.authentications[person.sub] = before = call.at
        return before


def _too_old(call: Call, request: AuthorizationRequest, person: Person) -> bool:
    before = call.provider.store.authentications.get(person.sub)
    return before is not None and request.max_age is not None and call.at - before > request.max_age


def _send_error(call: Call, redirection: Redirection, error: OAuthError) -> Answer:
    call.note = f"{error.code}: {error.description}"
    return send_back(call, redirection, {"error": error.code, "error_description": error.description})

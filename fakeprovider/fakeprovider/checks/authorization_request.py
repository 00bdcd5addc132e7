"""Reading an authorization request and answering it through the browser (RFC 6749 4.1.1, 4.1.2; RFC 9207)."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from fakeprovider.body import check_repeats
from fakeprovider.checks.client_authentication import check_registered
from fakeprovider.context import Call
from fakeprovider.errors import OAuthError
from fakeprovider.pages import render
from fakeprovider.protocol.authorization_request import (
    IMPLICIT,
    PROMPTS,
    RESPONSE_MODES,
    AuthorizationRequest,
    Redirection,
    response_types,
)
from fakeprovider.protocol.pkce import check_challenge
from fakeprovider.protocol.uris import check_allowed, check_resources
from fakeprovider.provider_state import ProviderState
from fakeprovider.server.answer import Answer
from fakeprovider.state.clients import ClientRecord


def read_redirection(call: Call, parameters: MultiDict[str, str]) -> Redirection:
    """Return where the response to the request goes: redirect URI, state and response mode.

    Raises `OAuthError` for a redirect URI the client may not use: show that to the person, never redirect
    (RFC 6749 3.1.2.4).
    """
    check_repeats(parameters, only=("client_id", "redirect_uri"))
    client_id = parameters.get("client_id", "")
    if not client_id:
        raise OAuthError("invalid_request", "client_id is missing; it says which client asks (RFC 6749 4.1.1)")
    check_registered(call, client_id)
    client = call.provider.clients.find(client_id)
    sent = parameters.get("redirect_uri", "")
    uri = sent or _only_registered(client)
    check_allowed(call.provider, client, uri, client.redirect_uris, "redirect_uri")
    # Tokens never stand in a query, where servers write them down (OAuth 2.0 Multiple Response Types 5).
    usual = "fragment" if _response_type(parameters) in IMPLICIT else "query"
    mode = parameters.get("response_mode", "")
    mode = mode if mode in RESPONSE_MODES and (mode, usual) != ("query", "fragment") else usual
    return Redirection(client, uri, bool(sent), parameters.get("state", ""), mode)


def read_request(
    provider: ProviderState, parameters: MultiDict[str, str], redirection: Redirection
) -> AuthorizationRequest:
    """Return the request in `parameters`; raise the `OAuthError` to send back to the client."""
    check_repeats(parameters)
    response_type = _check_response(provider, parameters)
    challenge = parameters.get("code_challenge", "")
    method = parameters.get("code_challenge_method", "")
    registered = redirection.client.client_id in provider.clients
    if response_type == "code":
        check_challenge(provider, redirection.client, challenge, method, registered=registered)
    scope = parameters.get("scope", "")
    if "openid" in scope.split() and not redirection.uri_was_sent:
        raise OAuthError("invalid_request", "redirect_uri is missing; OpenID Connect needs it (OIDC Core 3.1.2.1)")
    return AuthorizationRequest(
        redirection=redirection,
        scope=scope,
        nonce=parameters.get("nonce", ""),
        code_challenge=challenge,
        prompt=_prompt(parameters.get("prompt", "")),
        login_hint=parameters.get("login_hint", ""),
        max_age=_max_age(parameters.get("max_age", "")),
        resources=check_resources(parameters.getlist("resource")),
        response_type=response_type,
    )


def send_back(call: Call, redirection: Redirection, members: dict[str, str]) -> Answer:
    """Send the browser back to the client with `members`, the state and the issuer (RFC 9207 2)."""
    sent = {**members, **({"state": redirection.state} if redirection.state else {})}
    if call.provider.send_iss:
        sent["iss"] = call.provider.issuer
    if redirection.response_mode == "form_post":
        return render("form_post.html", action=redirection.uri, members=sent, client=redirection.client.label)
    # After a POST the browser must not repeat it at the client (RFC 9700 4.12).
    status = 303 if call.request.method == "POST" else 302
    return Answer.redirect(redirection.location(sent), status)


def _only_registered(client: ClientRecord) -> str:
    if len(client.redirect_uris) != 1:
        raise OAuthError(
            "invalid_request",
            f"redirect_uri is missing, and client {client.client_id!r} has {len(client.redirect_uris)} registered; "
            "it may be left out with exactly one (RFC 6749 3.1.2.3)",
        )
    return client.redirect_uris[0]


def _response_type(parameters: MultiDict[str, str]) -> str:
    """Return the response type, its words in order: which comes first means nothing (RFC 6749 3.1.1)."""
    return " ".join(sorted(parameters.get("response_type", "").split()))


def _check_response(provider: ProviderState, parameters: MultiDict[str, str]) -> str:
    """Return the response type, or raise what is wrong with it or with what it asks for beside it."""
    if "request" in parameters:
        raise OAuthError("request_not_supported", "request objects (RFC 9101) are not read here; send plain parameters")
    kind = _response_type(parameters)
    if not kind:
        raise OAuthError("invalid_request", "response_type is missing; expected 'code' (RFC 6749 4.1.1)")
    if kind not in response_types(provider):
        expected = " or ".join(map(repr, response_types(provider)))
        hint = "; the knob `implicit` would allow it" if kind in IMPLICIT else ""
        raise OAuthError("unsupported_response_type", f"response_type arrived as {kind!r}; expected {expected}{hint}")
    if kind in IMPLICIT:
        _check_implicit(parameters)
    mode = parameters.get("response_mode", "")
    if mode and mode not in RESPONSE_MODES:
        raise OAuthError(
            "invalid_request", f"response_mode arrived as {mode!r}; expected one of {', '.join(RESPONSE_MODES)}"
        )
    return kind


def _check_implicit(parameters: MultiDict[str, str]) -> None:
    """Refuse a request for an id token that nothing binds to it, or that would be written down on its way."""
    if "openid" not in parameters.get("scope", "").split():
        raise OAuthError("invalid_scope", "an id token was asked for without scope 'openid' (OIDC Core 3.2.2.1)")
    if not parameters.get("nonce"):
        raise OAuthError(
            "invalid_request", "nonce is missing; an id token that comes this way needs it (OIDC Core 3.2.2.1)"
        )
    if parameters.get("response_mode") == "query":
        raise OAuthError("invalid_request", "response_mode is 'query'; tokens come in a fragment or by form_post")


def _prompt(sent: str) -> tuple[str, ...]:
    prompts = tuple(sent.split())
    unknown = [prompt for prompt in prompts if prompt not in PROMPTS]
    if unknown:
        raise OAuthError("invalid_request", f"prompt {unknown[0]!r} is not one of {', '.join(PROMPTS)}")
    if "none" in prompts and len(prompts) > 1:
        raise OAuthError("invalid_request", f"prompt arrived as {sent!r}; 'none' stands alone (OIDC Core 3.1.2.1)")
    return prompts


def _max_age(sent: str) -> int | None:
    if not sent:
        return None
    if not (sent.isascii() and sent.isdigit() and len(sent) < 16):
        raise OAuthError("invalid_request", f"max_age arrived as {sent!r}, expected whole seconds (OIDC Core 3.1.2.1)")
    return int(sent)

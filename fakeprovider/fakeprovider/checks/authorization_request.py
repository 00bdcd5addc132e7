"""Reading an authorization request and answering it through the browser (RFC 6749 4.1.1, 4.1.2; RFC 9207)."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from fakeprovider.body import check_repeats
from fakeprovider.checks.client_authentication import check_registered
from fakeprovider.context import Call
from fakeprovider.errors import OAuthError
from fakeprovider.pages import render
from fakeprovider.protocol.authorization_request import PROMPTS, RESPONSE_MODES, AuthorizationRequest, Redirection
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
    mode = parameters.get("response_mode", "") or "query"
    mode = mode if mode in RESPONSE_MODES else "query"
    return Redirection(client, uri, bool(sent), parameters.get("state", ""), mode)


def read_request(
    provider: ProviderState, parameters: MultiDict[str, str], redirection: Redirection
) -> AuthorizationRequest:
    """Return the request in `parameters`; raise the `OAuthError` to send back to the client."""
    check_repeats(parameters)
    _check_response(parameters)
    challenge = parameters.get("code_challenge", "")
    method = parameters.get("code_challenge_method", "")
    registered = redirection.client.client_id in provider.clients
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


def _check_response(parameters: MultiDict[str, str]) -> None:
    if "request" in parameters:
        raise OAuthError("request_not_supported", "request objects (RFC 9101) are not read here; send plain parameters")
    kind = parameters.get("response_type", "")
    if not kind:
        raise OAuthError("invalid_request", "response_type is missing; expected 'code' (RFC 6749 4.1.1)")
    if kind != "code":
        raise OAuthError("unsupported_response_type", f"response_type arrived as {kind!r}; expected 'code'")
    mode = parameters.get("response_mode", "")
    if mode and mode not in RESPONSE_MODES:
        raise OAuthError(
            "invalid_request", f"response_mode arrived as {mode!r}; expected one of {', '.join(RESPONSE_MODES)}"
        )


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

"""One authorization request, read and checked (RFC 6749 4.1.1, OIDC Core 3.1.2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from werkzeug.datastructures import MultiDict

from fakeprovider.errors import OAuthError
from fakeprovider.form import check_repeats
from fakeprovider.pkce import check_challenge
from fakeprovider.redirection import RESPONSE_MODES, Redirection
from fakeprovider.resources import check_resources

if TYPE_CHECKING:
    from fakeprovider.call import Call

PROMPTS: Final = ("none", "login", "consent", "select_account", "create")


@dataclass(frozen=True)
class AuthorizationRequest:
    """What a client asked of the person at the browser."""

    redirection: Redirection
    scope: str
    nonce: str
    code_challenge: str
    prompt: tuple[str, ...]
    login_hint: str
    max_age: int | None
    resources: tuple[str, ...]

    @property
    def client_id(self) -> str:
        """The client that asks."""
        return self.redirection.client.client_id

    @classmethod
    def read(cls, call: Call, parameters: MultiDict[str, str], redirection: Redirection) -> AuthorizationRequest:
        """The request in `parameters`, or the `OAuthError` to send back to the client."""
        check_repeats(parameters)
        _check_response(parameters)
        challenge = parameters.get("code_challenge", "")
        method = parameters.get("code_challenge_method", "")
        check_challenge(call.provider, redirection.client, challenge, method)
        scope = parameters.get("scope", "")
        if "openid" in scope.split() and not redirection.uri_was_sent:
            raise OAuthError("invalid_request", "redirect_uri is missing; OpenID Connect needs it (OIDC Core 3.1.2.1)")
        return cls(
            redirection=redirection,
            scope=scope,
            nonce=parameters.get("nonce", ""),
            code_challenge=challenge,
            prompt=_prompt(parameters.get("prompt", "")),
            login_hint=parameters.get("login_hint", ""),
            max_age=_max_age(parameters.get("max_age", "")),
            resources=check_resources(parameters.getlist("resource")),
        )


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

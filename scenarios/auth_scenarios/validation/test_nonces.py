"""The nonce (OpenID Connect Core 2): it ties an ID token to the sign-in that asked for it, and to no other."""

from __future__ import annotations

import pytest

from auth_scenarios.browser.sign_ins import authorization_requests, in_the_browser
from auth_scenarios.validation.bad_tokens import must_have_refused, sign_in_with_bad_id_token
from auth_scenarios.verify import applies_only, applies_where_changed, must_succeed, requests
from fakeprovider import Provider
from fakeprovider.faults import Fault, MissingClaim, MissingMember, WrongClaim, WrongNonce
from fakeprovider.faults.base import TokenFault
from pytest_auth_provider import Client, scenario


@scenario(
    "OIDC Core 3.1.3.7",
    "If a nonce value was sent in the Authentication Request, a nonce Claim MUST be present and its value checked to "
    "verify that it is the same value as the one that was sent in the Authentication Request.",
    harm="The answer to somebody else's sign-in is taken for the user's own, who then works in a foreign account.",
    policy={"sign_in": "browser"},
    signs_in=True,
)
@pytest.mark.parametrize(
    "fault",
    [pytest.param(WrongNonce(), id="wrong"), pytest.param(MissingClaim("nonce", kind="id_token"), id="missing")],
)
def test_nonce_is_checked(auth_provider: Provider, auth_client: Client, fault: TokenFault) -> None:
    """A login that sent a nonce is refused where the ID token has another one, or none."""
    client = in_the_browser(auth_client)
    outcome = sign_in_with_bad_id_token(auth_provider, client, fault)
    sent = any(request.get("nonce") for request in authorization_requests(outcome))
    applies_only(sent, f"{client.name} sends no nonce")
    must_have_refused(client, outcome)


@scenario(
    "OIDC Core 12.2",
    "Upon successful validation of the Refresh Token, the response body is the Token Response of Section 3.1.3.3 "
    "except that it might not contain an id_token. [...] it SHOULD NOT have a nonce Claim, even when the ID Token "
    "issued at the time of the original authentication contained nonce; however, if it is present, its value MUST be "
    "the same as in the ID Token issued at the time of the original authentication [...] In our words: whichever of "
    "these a provider does, the refresh has succeeded.",
    harm="At a provider that does it otherwise than the first one that was tried, everybody is signed out in an hour.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize("told", ["no-id-token", "the-same-nonce"])
def test_nonce_at_refresh(auth_provider: Provider, auth_client: Client, told: str) -> None:
    """A refresh succeeds without an ID token, and with one that repeats the nonce of the sign-in."""
    repeats = told == "the-same-nonce"
    client = in_the_browser(auth_client) if repeats else auth_client
    signed_in = client.login(expired=True)
    begun = repeats and bool(requests(signed_in, "authorization"))
    asked = authorization_requests(signed_in) if begun else []
    nonces = [request["nonce"] for request in asked if request.get("nonce")]
    applies_only(bool(nonces) or not repeats, f"{client.name} sends no nonce")
    fault: Fault = WrongClaim("nonce", nonces[-1], kind="id_token") if repeats else MissingMember("id_token")
    with auth_provider.failing(fault, at="token", grant="refresh_token", optional=True) as refreshed:
        outcome = client.use()
    applies_where_changed(auth_provider, client, refreshed.fired, "id_token")
    must_succeed(outcome)

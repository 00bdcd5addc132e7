"""Claims: who issued a token, for whom, and for how long; what does not fit is refused, a clock that differs is not."""

from __future__ import annotations

import pytest

from auth_scenarios.validation.bad_tokens import applies_to_validators, must_refuse
from auth_scenarios.verify import RESOURCES, applies_only, exposed, must, must_explain, must_succeed, requests
from fakeprovider import Provider
from fakeprovider.faults import (
    ExpiredToken,
    MissingClaim,
    NotAJwt,
    NotYetValid,
    WrongAtHash,
    WrongAudience,
    WrongAzp,
    WrongTokenIssuer,
)
from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens.draft import TokenKind
from pytest_auth_provider import Client, scenario

ID_TOKENS = "Clients MUST validate the ID Token in the Token Response in the following manner: [...] "
CHECKED = "validation/id-token-is-checked"
"""The contract that accuses whoever believes any ID token."""
WHO_USES_IT = "In our words: by a client that makes something of it, which then stores nothing."


@scenario(
    "OIDC Core 3.1.3.7",
    ID_TOKENS + "The Issuer Identifier for the OpenID Provider (which is typically obtained during Discovery) MUST "
    "exactly match the value of the iss (issuer) Claim. [...] The current time MUST be before the time represented by "
    "the exp Claim. [...] " + WHO_USES_IT,
    harm="The tool greets, and works for, whoever an old or a foreign token names, and not who has signed in.",
    signs_in=True,
)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(WrongTokenIssuer(kind="id_token"), id="of-another-issuer"),
        pytest.param(ExpiredToken(kind="id_token"), id="expired"),
    ],
)
def test_id_token_is_checked(auth_provider: Provider, auth_client: Client, fault: TokenFault) -> None:
    """A login whose ID token is another issuer's, or has expired, is refused, and nothing is stored."""
    must_refuse(auth_provider, auth_client, fault)


@scenario(
    "OIDC Core 3.1.3.7",
    ID_TOKENS + "The Client MUST validate that the aud (audience) Claim contains its client_id value registered at the "
    "Issuer identified by the iss (issuer) Claim as an audience. [...] The ID Token MUST be rejected if the ID Token "
    "does not list the Client as a valid audience, or if it contains additional audiences not trusted by the Client. "
    "[...] " + WHO_USES_IT,
    harm="An ID token that was given to another application signs its holder in here, too.",
    signs_in=True,
)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(WrongAudience(kind="id_token"), id="of-another-client"),
        pytest.param(MissingClaim("aud", kind="id_token"), id="missing"),
    ],
)
def test_wrong_audience(auth_provider: Provider, auth_client: Client, fault: TokenFault) -> None:
    """A login whose ID token is not meant for this client is refused, and nothing is stored."""
    must_refuse(auth_provider, auth_client, fault, told_by=CHECKED)


@scenario(
    "OIDC Core 3.1.3.7",
    "If an azp (authorized party) Claim is present, the Client SHOULD verify that its client_id is the Claim Value. "
    "[...] " + WHO_USES_IT,
    harm="A token that another application was given, for an audience of several, signs its holder in here.",
    level="SHOULD",
    signs_in=True,
)
def test_wrong_azp(auth_provider: Provider, auth_client: Client) -> None:
    """A login whose ID token was issued to another client is refused, and nothing is stored."""
    must_refuse(auth_provider, auth_client, WrongAzp(), told_by=CHECKED)


@scenario(
    "OIDC Core 3.1.3.8",
    "When using the Authorization Code Flow, if the ID Token contains an at_hash Claim, the Client MAY use it to "
    "validate the Access Token [...] In our words: a client that makes something of the ID token may refuse one that "
    "came with another access token.",
    harm="An access token that was put in the place of the true one is stored, and used in the name of somebody else.",
    level="MAY",
    signs_in=True,
)
def test_wrong_at_hash(auth_provider: Provider, auth_client: Client) -> None:
    """A login whose ID token names another access token is refused, and nothing is stored."""
    must_refuse(auth_provider, auth_client, WrongAtHash(), told_by=CHECKED)


@scenario(
    "RFC 7519 4.1.4",
    'The "exp" (expiration time) claim identifies the expiration time on or after which the JWT MUST NOT be accepted '
    "for processing. [...] In our words: by a client that declares to validate its access tokens, whatever it was told "
    "beside the token.",
    harm="A token is sent that shows its end, and the command fails at the API instead of refreshing.",
    needs={"use"},
    signs_in=True,
)
def test_expired_is_refreshed_not_used(auth_provider: Provider, auth_client: Client) -> None:
    """An access token that has expired by what stands in it is refreshed, or refused; it is not sent to the API."""
    must_refuse(auth_provider, auth_client, ExpiredToken())


@scenario(
    "RFC 8725 3.8",
    'When a JWT contains an "iss" (issuer) claim, the application MUST validate that the cryptographic keys used for '
    "the cryptographic operations in the JWT belong to the issuer. If they do not, the application MUST reject the "
    "JWT. [...] In our words: a token that names another issuer is no token of this provider, to a client that "
    "declares to validate it; an access token is meant for the API, so that no more than a SHOULD is asked of clients.",
    harm="After a change of providers the tool goes on with the old one's token, and every command fails.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_wrong_issuer(auth_provider: Provider, auth_client: Client) -> None:
    """An access token that names another issuer is not sent to the API by a client that validates it."""
    must_refuse(auth_provider, auth_client, WrongTokenIssuer())


@scenario(
    "custom among command-line tools",
    "In our words: a client that declares to validate its access tokens does not send one that it cannot read without "
    "a word; it fails, refreshes, asks the provider about it, or says that it was not checked.",
    harm="A user takes a token for checked that nobody could check, and finds out when it is refused.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_not_a_jwt(auth_provider: Provider, auth_client: Client) -> None:
    """An access token that is no JWT is not used as a validated one."""
    applies_to_validators(auth_client)
    with auth_provider.failing(NotAJwt(), at="token"):
        auth_client.login()
    bad = {secret.value for secret in auth_provider.secrets if secret.kind == "access_token"}
    outcome = auth_client.use()
    sent = [e.line for e in requests(outcome, *RESOURCES) if e.bearer in bad]
    asked = requests(outcome, "introspection", "userinfo", "session_status")
    must(not sent or asked or outcome.says("unverified"), "it is not sent unchecked without a word", "; ".join(sent))
    if not requests(outcome, *RESOURCES):
        must_explain(outcome)


@scenario(
    "RFC 7519 4.1.4; RFC 7519 4.1.5",
    "Implementers MAY provide for some small leeway, usually no more than a few minutes, to account for clock skew. "
    "[...] In our words: half a minute is common, and a user cannot do anything about it.",
    harm="On a machine whose clock is half a minute slow, the sign-in fails for no reason that anybody could find.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
@pytest.mark.parametrize("kind", ["access_token", "id_token"])
def test_clock_skew(auth_provider: Provider, auth_client: Client, kind: TokenKind) -> None:
    """A token that was issued 30 seconds in the client's future is accepted."""
    checks = {"access_token": "use", "id_token": "login"}[kind]
    with auth_provider.failing(NotYetValid(30, kind=kind), at="token", optional=True) as ahead:
        signed_in = auth_client.attempt_login()
    must_succeed(signed_in)
    outcome = auth_client.use()
    must_succeed(outcome)
    looked = requests({"use": outcome, "login": signed_in}[checks], "jwks")
    applies_only(bool(looked), f"{auth_client.name} checks no signature, nor time, of its {kind} at `{checks}`")
    exposed(auth_client, ahead.fired, f"it fetched the keys to check its {kind}", f"it was given no {kind}")

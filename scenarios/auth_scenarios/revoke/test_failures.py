"""Signing out while the revocation endpoint fails or answers oddly (RFC 7009 2.2)."""

from __future__ import annotations

import pytest

from auth_scenarios.sessions import must_end_signed_out, must_finish_signing_out
from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import must_not_crash, must_not_say
from fakeprovider import Provider
from fakeprovider.faults import Body, ErrorAnswer, Fault, HtmlPage, Reset, ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 7009 2.2.1; RFC 7009 2.2; spec-kitty revoke contract, D2",
    "If the server responds with HTTP status code 503, the client must assume the token still exists and may retry "
    "after a reasonable delay. [...] The authorization server responds with HTTP status code 200 if the token has been "
    'revoked successfully or if the client submitted an invalid token. [...] A 5xx must never be reported as "revoked '
    'successfully."',
    harm=(
        "A user who signs out on a shared or lost machine believes that the token is dead, and whoever finds it can go "
        "on using it."
    ),
    needs={"logout"},
    policy={"logout": "revokes"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ServerError(500), id="500"),
        pytest.param(ServerError(503, retry_after=1), id="503"),
        pytest.param(HtmlPage(502), id="html-502"),
    ],
)
def test_5xx_is_never_revoked(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A 5xx from the revocation endpoint is never reported as a revocation."""
    auth_client.login()
    with auth_provider.failing(failure, at="revocation"):
        outcome = auth_client.logout()
    must_not_crash(outcome)
    must_not_say(outcome, "revoked")


@scenario(
    "spec-kitty revoke contract, D1",
    "[...] server-side failures downgrade to warnings [...] local cleanup is still unconditional [...]",
    harm="A user who signed out leaves a working session behind on the disk.",
    level="SHOULD",
    promised_by={"revocation_failure": "deletes"},
    needs={"logout"},
    policy={"logout": "revokes"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ServerError(503), id="503"),
        pytest.param(ServerError(429), id="429"),
        pytest.param(ErrorAnswer("invalid_request"), id="400"),
        pytest.param(Reset(), id="reset"),
    ],
)
def test_local_cleanup_is_unconditional(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """Where the revocation fails no credential is left; or the session is kept, it is said, and the exit code tells."""
    auth_client.login()
    stored = auth_client.credentials()
    with auth_provider.failing(failure, at="revocation"):
        outcome = auth_client.logout()
    must_finish_signing_out(auth_client, outcome, stored)


@scenario(
    "RFC 7009 2.2; spec-kitty revoke contract, D2",
    "The content of the response body is ignored by the client as all necessary information is conveyed in the "
    'response code. [...] RevokeFlow returns a RevokeOutcome enum rather than raising exceptions, matching the "never '
    'raises" contract [...]',
    harm=(
        "The token is revoked, but the tool fails over the answer, and the user is left with a session that is neither "
        "in nor out."
    ),
    needs={"logout"},
    policy={"logout": "revokes"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(t, id=i)
        for i, t in {"empty": "", "list": "[]", "null": "null", "text": "okay", "half": '{"revoked"'}.items()
    ],
)
def test_never_raises(auth_provider: Provider, auth_client: Client, text: str) -> None:
    """A 200 with an empty, broken or odd body ends as any sign-out does, and the local session is gone."""
    auth_client.login()
    with auth_provider.failing(Body(text), at="revocation"):
        outcome = auth_client.logout()
    must_end_signed_out(auth_client, outcome)
    auth_client.restart()
    must_hold_no_credentials(auth_client)

"""Refreshes that fail: for good, which ends the credential, or for the moment, which changes nothing."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import (
    REFRESH_TRIES,
    applies_only,
    must,
    must_explain,
    must_not_crash,
    must_not_request,
    must_request,
    must_request_at_most,
    must_say,
    must_still_hold,
    must_succeed,
)
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Fault, HtmlPage, Reset, ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "openai/codex#15530",
    "Once poisoned, later refresh attempts for that same snapshot fail fast locally without calling the auth "
    "service again.",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="codex's refresh storm",
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ErrorAnswer("invalid_grant", 400), id="invalid_grant-400"),
        pytest.param(ErrorAnswer("invalid_grant", 401), id="invalid_grant-401"),
        pytest.param(ErrorAnswer("refresh_token_reused", 401, envelope="error.code"), id="reused-401-nested"),
        pytest.param(ErrorAnswer("refresh_token_expired", 401, envelope="code"), id="expired-401-top-level"),
    ],
)
def test_permanent_failure_is_final(auth_provider: Provider, auth_client: Client, failure: ErrorAnswer) -> None:
    """A refresh that failed for good is not tried again with the same credential, however often the client is run."""
    reads_it = failure.code == "invalid_grant" or auth_client.policies["refresh_errors"] == "vendor"
    applies_only(reads_it, f"{auth_client.name} does not declare refresh_errors = 'vendor'")
    auth_client.login(expired=True)
    with auth_provider.failing(failure, at="token", grant="refresh_token"):
        first = auth_client.use()
    must_explain(first)
    must_say(first, "sign_in_again")
    must_request(first, "token", grant="refresh_token")
    for _ in range(2):
        later = auth_client.use()
        must_not_request(later, "token", grant="refresh_token")
        must_explain(later)


@scenario(
    "openai/codex#15530",
    "getAuthStatus(includeToken=true) now omits authToken after a permanent refresh failure instead of handing out the "
    "stale cached bearer token. This keeps the current auth method visible to clients.",
    needs={"use", "token", "status"},
    policy={"refresh": "refreshes"},
    origin="codex's refresh storm",
)
def test_poisoned_token_is_not_handed_out(auth_provider: Provider, auth_client: Client) -> None:
    """After a refresh failed for good the stale token is handed to nobody, and status still names the sign-in."""
    auth_client.login(expired=True)
    stale = [secret.value for secret in auth_provider.secrets if secret.kind == "access_token"]
    with auth_provider.failing(ErrorAnswer("refresh_token_reused", 401), at="token", grant="refresh_token"):
        auth_client.use()
    handed_out = auth_client.token()
    must_not_crash(handed_out)
    printed = any(token in handed_out.output for token in stale)
    must(not printed, "the stale access token is not printed", "`token` printed it")
    must_say(auth_client.status(), "method")


@scenario(
    "RFC 6749 5.2; refresh storms, openai/codex#15530",
    "Only a permanent failure is terminal for the credential: 5xx, 429, a dead connection or a page of a gateway says "
    "nothing about the refresh token.",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="codex's refresh storm",
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ServerError(503), id="503"),
        pytest.param(ServerError(429, retry_after=1), id="429"),
        pytest.param(Reset(), id="reset"),
        pytest.param(HtmlPage(200), id="html-200"),
        pytest.param(HtmlPage(502), id="html-502"),
    ],
)
def test_transient_keeps_credentials(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A refresh that failed for the moment changes nothing: no storm, the session stays, the next command recovers."""
    auth_client.login(expired=True)
    stored = auth_client.credentials()
    with auth_provider.failing(failure, at="token", grant="refresh_token"):
        outcome = auth_client.use()
    if auth_client.policies["use"] == "calls":
        must_explain(outcome)
    else:  # a client that does not call the API may hand out the token it has
        must_not_crash(outcome)
    must_request_at_most(outcome, "token", grant="refresh_token", times=REFRESH_TRIES)
    must_still_hold(auth_client, stored)
    must_succeed(auth_client.use())

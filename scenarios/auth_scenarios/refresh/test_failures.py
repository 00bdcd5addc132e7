"""Refreshes that fail: for good, which ends the credential, or for the moment, which changes nothing."""

from __future__ import annotations

import pytest

from auth_scenarios.sessions import (
    must_obey_a_refusal,
    must_survive,
    remembers_refusals,
)
from auth_scenarios.verify import (
    applies_only,
    exposed,
    must,
    must_not_crash,
    must_say,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Fault, HtmlPage, Reset, ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "openai/codex#15530",
    "Once poisoned, later refresh attempts for that same snapshot fail fast locally without calling the auth service "
    "again.",
    harm="A dead session in a cron job asks the provider for ever, until it blocks the machine or the account.",
    level="SHOULD",
    promised_by={"permanent_failure": "stored"},
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
    """A refresh that failed for good is not tried again with the same credential by whoever can know that it failed.

    What is stored is known to every later command, what is in memory to the same process (`permanent_failure`).
    """
    reads_it = failure.code == "invalid_grant" or auth_client.policies["refresh_errors"] == "vendor"
    applies_only(reads_it, f"{auth_client.name} does not declare refresh_errors = 'vendor'")
    auth_client.login(expired=True)
    with auth_provider.failing(failure, at="token", grant="refresh_token"):
        first = auth_client.use()
        refreshes = requests(first, "token", grant="refresh_token")
        exposed(auth_client, refreshes, "its refresh token was refused", "it made no refresh request")
        must_obey_a_refusal(auth_client, first, refreshes[0].form["refresh_token"])


@scenario(
    "openai/codex#15530",
    "`getAuthStatus(includeToken=true)` now omits `authToken` after a permanent refresh failure instead of handing out "
    "the stale cached bearer token. This keeps the current auth method visible to clients, [...]",
    harm="Programs that ask the tool for a token get a dead one, and every one of them fails in a way of its own.",
    level="SHOULD",
    needs={"use", "token", "status"},
    policy={"refresh": "refreshes"},
    origin="codex's refresh storm",
)
def test_poisoned_token_is_not_handed_out(auth_provider: Provider, auth_client: Client) -> None:
    """After a refresh failed for good the stale token is handed to nobody; status names the sign-in, or its end."""
    applies_only(
        remembers_refusals(auth_client),
        f"every command of {auth_client.name} is a new process, and it does not declare permanent_failure = 'stored'",
    )
    auth_client.login(expired=True)
    stale = [secret.value for secret in auth_provider.secrets if secret.kind == "access_token"]
    vendor = auth_client.policies["refresh_errors"] == "vendor"
    code = "refresh_token_reused" if vendor else "invalid_grant"
    with auth_provider.failing(ErrorAnswer(code, 401), at="token", grant="refresh_token"):
        auth_client.use()
        handed_out = auth_client.token()
        status = auth_client.status()
    must_not_crash(handed_out)
    printed = any(token in handed_out.output for token in stale)
    must(not printed, "the stale access token is not printed", "`token` printed it")
    if not (status.says("sign_in_again") or status.says("not_signed_in")):
        must_say(status, "method")


@scenario(
    "RFC 6749 5.2; openai/codex#15530",
    "The provided authorization grant [...] or refresh token is invalid, expired, revoked, [...] If that refresh fails "
    "permanently (for example `refresh_token_reused`, expired, or revoked), [...] In our words: only such an answer is "
    "the end of a session; a 5xx, a 429, a dead connection or a page of a gateway says nothing of the refresh token.",
    harm=(
        "One hiccup of the network or the provider signs a user out, and unattended jobs stand still until somebody "
        "signs in again."
    ),
    level="SHOULD",
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
    must_survive(auth_provider, auth_client, failure, tells_of_storms=True)


@scenario(
    "RFC 6749 5.2",
    "REQUIRED. A single ASCII [USASCII] error code from the following: [...] In our words: an answer without one is "
    "none of the provider's, be its status 403, 404, 407 or 451: a proxy or a firewall has spoken, of its own affairs.",
    harm="A proxy that is in a bad mood, or a firewall, signs everybody out who happens to refresh meanwhile.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize("status", [403, 404, 407, 451])
def test_403_from_a_proxy_is_not_a_dead_session(auth_provider: Provider, auth_client: Client, status: int) -> None:
    """A 4xx without an OAuth error in it ends no session: nothing is lost, the next command recovers."""
    must_survive(auth_provider, auth_client, HtmlPage(status))


@scenario(
    "RFC 6749 5.2",
    "REQUIRED. A single ASCII [USASCII] error code from the following: [...] In our words: a page of a gateway has "
    "none, and its source is no message for a person.",
    harm="A screenful of HTML hides from the user what went wrong and what to do.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize("status", [403, 502])
def test_html_error_is_not_dumped(auth_provider: Provider, auth_client: Client, status: int) -> None:
    """The page that a gateway answers with is told in a few words, not printed."""
    auth_client.login(expired=True)
    with auth_provider.failing(HtmlPage(status), at="token", grant="refresh_token"):
        outcome = auth_client.use()
    shown = next((tag for tag in ("<!doctype", "<title", "<h1") if tag in outcome.output.lower()), "")
    must(not shown, "the source of the page is not printed", f"the output holds {shown!r}")

from __future__ import annotations

import pytest

from auth_scenarios.verify import must_explain, must_not_crash, must_request_at_most, must_still_hold, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import Fault, HtmlPage, Reset, ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 6749 5.2; refresh storms, openai/codex#15530 (S1)",
    "Only a permanent failure is terminal for the credential: 5xx, 429, a dead connection or a page of a gateway says "
    "nothing about the refresh token.",
    needs={"use"},
    policy={"refresh": "refreshes"},
    seed="001_b1a199a7fa3484ce.txt",
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
def test_a_transient_failure_keeps_the_session(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A refresh that failed for the moment changes nothing: no storm, the session stays, the next command recovers."""
    auth_client.login(expired=True)
    stored = auth_client.credentials()
    with auth_provider.failing(failure, at="token", grant="refresh_token"):
        outcome = auth_client.use()
    if auth_client.policies["use"] == "calls":
        must_explain(outcome)
    else:  # it has called nobody in vain: what it hands out is what it has
        must_not_crash(outcome)
    must_request_at_most(outcome, "token", grant="refresh_token", times=5)
    must_still_hold(auth_client, stored)
    must_succeed(auth_client.use())

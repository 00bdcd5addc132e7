from __future__ import annotations

import pytest

from auth_scenarios.verify import must_explain, must_recover, must_request_at_most
from fakeprovider import Provider
from fakeprovider.faults import Closed, Fault, LostAnswer, Reset, Truncated
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 9700 4.14.2; refresh storms, openai/codex#15530 (S1)",
    "Refresh token rotation: the authorization server issues a new refresh token with every access token refresh "
    "response. The previous refresh token is invalidated.",
    needs={"use"},
    policy={"refresh": "refreshes"},
    seed="001_b1a199a7fa3484ce.txt",
)
@pytest.mark.parametrize(
    "lost",
    [
        pytest.param(LostAnswer(Reset()), id="reset"),
        pytest.param(LostAnswer(Closed()), id="closed"),
        pytest.param(LostAnswer(Truncated()), id="truncated"),
    ],
)
def test_an_answer_that_was_lost_is_survived(auth_provider: Provider, auth_client: Client, lost: Fault) -> None:
    """A refresh the provider did and the client never heard of: no crash, no storm; then it works or asks to sign in.

    The refresh token that is stored is spent by then, and nothing in the answer could have told.
    """
    auth_client.login(expired=True)
    with auth_provider.failing(lost, at="token", grant="refresh_token"):
        outcome = auth_client.use()
    must_request_at_most(outcome, "token", grant="refresh_token", times=2)
    if not outcome.ok:
        must_explain(outcome)
    following = must_recover(auth_client)
    must_request_at_most(following, "token", grant="refresh_token", times=2)

from __future__ import annotations

import pytest

from auth_scenarios.verify import applies_only, must_explain, must_not_request, must_request, must_say
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer
from pytest_auth_provider import Client, scenario


@scenario(
    "openai/codex#15530 (S1)",
    "Once poisoned, later refresh attempts for that same snapshot fail fast locally without calling the auth "
    "service again.",
    needs={"use"},
    policy={"refresh": "refreshes"},
    seed="001_b1a199a7fa3484ce.txt",
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
def test_a_permanent_failure_is_final(auth_provider: Provider, auth_client: Client, failure: ErrorAnswer) -> None:
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

from __future__ import annotations

from auth_scenarios.verify import must_not_crash, must_say
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer
from pytest_auth_provider import Client, scenario


@scenario(
    "openai/codex#15530 (S1)",
    "getAuthStatus(includeToken=true) now omits authToken after a permanent refresh failure instead of handing out the "
    "stale cached bearer token. This keeps the current auth method visible to clients.",
    needs={"use", "token", "status"},
    policy={"refresh": "refreshes"},
    seed="001_b1a199a7fa3484ce.txt",
)
def test_a_poisoned_token_is_not_handed_out(auth_provider: Provider, auth_client: Client) -> None:
    """After a refresh failed for good the stale token is handed to nobody, and status still names the sign-in."""
    auth_client.login(expired=True)
    stale = [secret.value for secret in auth_provider.secrets if secret.kind == "access_token"]
    with auth_provider.failing(ErrorAnswer("refresh_token_reused", 401), at="token", grant="refresh_token"):
        auth_client.use()
    handed_out = auth_client.token()
    must_not_crash(handed_out)
    printed = any(token in handed_out.output for token in stale)
    assert not printed, "Expected: the stale access token is not printed\nActual:   `token` printed it"
    must_say(auth_client.status(), "method")

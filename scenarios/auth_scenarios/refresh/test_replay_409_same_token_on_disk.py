from __future__ import annotations

from auth_scenarios.verify import must_explain, must_request, must_say, must_still_hold
from fakeprovider import Provider
from fakeprovider.faults import ReplayConflict
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty refresh contract, D3 (S4)",
    "If the persisted token matches the spent one, surface LOCK_TIMEOUT_ERROR (no newer token available yet; caller "
    "may retry later). The server does NOT revoke the token family on 409.",
    needs={"use"},
    policy={"refresh": "refreshes", "replay": "benign_409"},
    seed="004_adfe9e4965b3d0bd.txt",
)
def test_a_replay_without_a_newer_token_is_tried_later(auth_provider: Provider, auth_client: Client) -> None:
    """A benign replay with nothing newer on disk: one request, the session is kept, the person is told to try again."""
    auth_client.login(expired=True)
    stored = auth_client.credentials()
    with auth_provider.failing(ReplayConflict(), at="token", grant="refresh_token"):
        outcome = auth_client.use()
    must_explain(outcome)
    must_say(outcome, "try_again")
    must_request(outcome, "token", grant="refresh_token")
    must_still_hold(auth_client, stored)

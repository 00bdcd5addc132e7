from __future__ import annotations

from auth_scenarios.verify import must_request, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import Hold
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty refresh contract, D3 (S4)",
    "In _run_locked, catch it, re-read persisted session, and compare refresh tokens. If the persisted token differs "
    "(newer), retry once with that token.",
    needs={"use"},
    policy={"refresh": "refreshes", "replay": "benign_409"},
    seed="004_adfe9e4965b3d0bd.txt",
    provider={"reuse": "benign_409", "reuse_grace": 600},
)
def test_a_replay_is_retried_once_with_the_newer_token(auth_provider: Provider, auth_client: Client) -> None:
    """A benign replay while another process stored a newer token: one retry with that one, never with the spent one."""
    auth_client.login(expired=True)
    older = auth_client.disk.remember()
    with auth_client.clock.tokens_expire_at_once():
        auth_client.use()
    newer = auth_client.disk.remember()
    auth_client.disk.restore(older)
    store_newer = Hold(meanwhile=lambda: auth_client.disk.restore(newer))
    with auth_provider.failing(store_newer, at="token", grant="refresh_token", times=1):
        outcome = auth_client.use()
    must_succeed(outcome)
    spent, retried = must_request(outcome, "token", grant="refresh_token", times=2)
    assert (spent.status, retried.status) == (409, 200), "the spent token met a 409, the newer one was accepted"
    assert retried.form["refresh_token"] != spent.form["refresh_token"], "the spent token is never sent again"

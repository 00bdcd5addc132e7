"""The 409 of a provider that calls the replay of a spent refresh token benign (policy `replay = "benign_409"`)."""

from __future__ import annotations

from auth_scenarios.stored import must_still_hold
from auth_scenarios.verify import must, must_explain, must_not_say, must_request, must_say, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import Hold, ReplayConflict
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty refresh contract, D3",
    "In _run_locked, catch it, re-read persisted session, and compare refresh tokens. 3. If the persisted token "
    "differs (newer), retry once with that token.",
    harm="A command fails although another one has just fetched a good token and stored it.",
    needs={"use"},
    policy={"refresh": "refreshes", "replay": "benign_409"},
    origin="spec-kitty's sign-out",
    provider={"reuse": "benign_409", "reuse_grace": 86400},
)
def test_replay_409_newer_token_on_disk(auth_provider: Provider, auth_client: Client) -> None:
    """A benign replay while another process stored a newer token: one retry with that one, never with the spent one."""
    auth_client.login(expired=True)
    older = auth_client.disk.remember()
    with auth_client.clock.let_tokens_expire():
        auth_client.use()
    newer = auth_client.disk.remember()
    auth_client.disk.restore(older)
    store_newer = Hold(meanwhile=lambda: auth_client.disk.restore(newer))
    with auth_provider.failing(store_newer, at="token", grant="refresh_token", times=1):
        outcome = auth_client.use()
    must_succeed(outcome)
    spent, retried = must_request(outcome, "token", grant="refresh_token", times=2)
    statuses = (spent.status, retried.status)
    must(statuses == (409, 200), "the spent token meets a 409, the newer one is accepted", f"{statuses}")
    is_newer = retried.form["refresh_token"] != spent.form["refresh_token"]
    must(is_newer, "the spent token is never sent again", "it was sent twice")


@scenario(
    "spec-kitty refresh contract, D3",
    "The server does NOT revoke the token family on 409. [...] If the persisted token matches the spent one, surface "
    "LOCK_TIMEOUT_ERROR (no newer token available yet; caller may retry later).",
    harm="A session that is still good is thrown away, or spent until the provider ends it.",
    needs={"use"},
    policy={"refresh": "refreshes", "replay": "benign_409"},
    origin="spec-kitty's sign-out",
)
def test_replay_409_same_token_on_disk(auth_provider: Provider, auth_client: Client) -> None:
    """A benign replay with nothing newer on disk: one request, the session is kept, the person is told to try again."""
    auth_client.login(expired=True)
    stored = auth_client.credentials()
    with auth_provider.failing(ReplayConflict(), at="token", grant="refresh_token"):
        outcome = auth_client.use()
    must_explain(outcome)
    must_say(outcome, "try_again")
    must_not_say(outcome, "revoked")
    must_request(outcome, "token", grant="refresh_token")
    must_still_hold(auth_client, stored)

"""The 409 of a provider that calls the replay of a spent refresh token benign (policy `replay = "benign_409"`)."""

from __future__ import annotations

import pytest

from auth_scenarios.stored import must_still_hold
from auth_scenarios.verify import must, must_explain, must_not_say, must_request, must_say, must_succeed, requests
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Fault, Hold, ReplayConflict
from pytest_auth_provider import Client, Outcome, scenario
from pytest_auth_provider.clients.credentials import CredentialFile


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


@scenario(
    "spec-kitty refresh contract, D3",
    "If the persisted token differs (newer), retry once with that token. [...] In our words: once, so that a second "
    "409 ends the command, and not the session.",
    harm="Commands that meet each other refresh in turns without end, or give a good session up.",
    needs={"use"},
    policy={"refresh": "refreshes", "replay": "benign_409"},
    origin="spec-kitty's sign-out",
)
def test_replay_409_twice(auth_provider: Provider, auth_client: Client) -> None:
    """A second benign replay, of the newer token from disk, ends the command: two requests, the session is kept."""
    outcome, stored = _use_as_newer_is_stored(auth_provider, auth_client, ReplayConflict(), times=None)
    must_explain(outcome)
    must_say(outcome, "try_again")
    must_request(outcome, "token", grant="refresh_token", times=2)
    must_still_hold(auth_client, stored)


@scenario(
    "spec-kitty refresh contract, D3",
    'The body is {"error": "refresh_replay_benign_retry", ..., "retry_after": N} where N is 0\u20135 seconds. In our '
    "words: it is the error that tells a replay, whatever `retry_after` says.",
    harm="One odd number in an answer ends a good session, or has a command wait for hours.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "replay": "benign_409"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize("told", [0, 5, None, "soon", 10**9], ids=["zero", "five", "absent", "word", "ages"])
def test_replay_409_odd_retry_after(auth_provider: Provider, auth_client: Client, told: int | str | None) -> None:
    """A benign replay is one whatever it asks to wait: the newer token from disk is tried, once."""
    _must_retry_with_the_newer(auth_provider, auth_client, ReplayConflict(told))


@scenario(
    "spec-kitty refresh contract, D3",
    "The start-here.md described the 409 body field as error_code; the actual contract uses error (standard OAuth "
    'envelope). Implementation must check body.get("error") == "refresh_replay_benign_retry".',
    harm="The tool does not know the one answer that it should know, and signs its user out.",
    needs={"use"},
    policy={"refresh": "refreshes", "replay": "benign_409"},
    origin="spec-kitty's sign-out",
)
def test_replay_is_read_from_error(auth_provider: Provider, auth_client: Client) -> None:
    """A benign replay is told by `error`, also where an `error_code` beside it says something else."""
    misleading: dict[str, object] = {"error_code": "invalid_grant", "code": "invalid_grant"}
    replay = ErrorAnswer("refresh_replay_benign_retry", 409, extra=misleading)
    _must_retry_with_the_newer(auth_provider, auth_client, replay)


@scenario(
    "spec-kitty refresh contract, D3",
    'Implementation must check body.get("error") == "refresh_replay_benign_retry". In our words: another 409 says '
    "nothing of a newer token, and none is tried for it.",
    harm="An answer that has nothing to do with the session makes a command spend the token of another one.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "replay": "benign_409"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize(
    "conflict",
    [
        pytest.param(ErrorAnswer("conflict", 409), id="other-error"),
        pytest.param(ErrorAnswer("refresh_replay_benign_retry", 409, envelope="code"), id="other-member"),
    ],
)
def test_other_409_is_not_a_replay(auth_provider: Provider, auth_client: Client, conflict: ErrorAnswer) -> None:
    """A 409 of another kind sends no newer token after the one that met it; the session is kept."""
    outcome, stored = _use_as_newer_is_stored(auth_provider, auth_client, conflict, times=None)
    must_explain(outcome)
    sent = {e.form.get("refresh_token") for e in requests(outcome, "token", grant="refresh_token")}
    must(len(sent) == 1, "only the refresh token that met the 409 was sent", f"{len(sent)} different ones were sent")
    must_still_hold(auth_client, stored)


def _use_as_newer_is_stored(
    provider: Provider, client: Client, answer: Fault, times: int | None
) -> tuple[Outcome, list[CredentialFile]]:
    """Run `use` with a spent token, a newer session being stored meanwhile; so many refreshes meet this answer.

    Returns the outcome, and what was stored last.
    """
    client.login(expired=True)
    older = client.disk.remember()
    with client.clock.let_tokens_expire():
        client.use()
    newer, stored = client.disk.remember(), client.credentials()
    client.disk.restore(older)
    store_newer = Hold(meanwhile=lambda: client.disk.restore(newer))
    with provider.failing(store_newer, answer, at="token", grant="refresh_token", times=times):
        return client.use(), stored


def _must_retry_with_the_newer(provider: Provider, client: Client, replay: Fault) -> None:
    """Require what `replay-409-newer-token-on-disk` is about, of any answer that means a replay."""
    outcome, _stored = _use_as_newer_is_stored(provider, client, replay, times=1)
    must_succeed(outcome)
    spent, retried = must_request(outcome, "token", grant="refresh_token", times=2)
    is_newer = retried.form["refresh_token"] != spent.form["refresh_token"]
    must(is_newer, "the newer token is tried after the replay", "the spent one was sent twice")

"""Rotation: each refresh may bring a new refresh token, which takes the place of the old one (RFC 6749 6)."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from auth_scenarios.verify import (
    REFRESH_TRIES,
    applies_only,
    exposed,
    must,
    must_explain,
    must_request_at_most,
    must_succeed,
    requests,
)
from fakeprovider import Exchange, Provider
from fakeprovider.faults import ExtraMember, Fault
from pytest_auth_provider import Client, Outcome, scenario

REPLACES = (
    "The authorization server MAY issue a new refresh token, in which case the client MUST discard the old refresh "
    "token and replace it with the new refresh token."
)


@scenario(
    "RFC 6749 1.5",
    "Refresh tokens are issued to the client by the authorization server and are used to obtain a new access token "
    "when the current access token becomes invalid or expires, [...] In our words: without anybody signing in, and by "
    "one request.",
    harm="Users sign in anew every hour, although the tool was given what it takes to go on without them.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize("lives", [False, True], ids=["next-command", "long-run-refreshes-in-the-middle"])
def test_expired_token_refreshes_once(auth_client: Client, lives: bool) -> None:
    """An access token that has expired is refreshed by one request, and nobody has to sign in for it.

    A process that lives on does so in the middle of its life, for a token that it has used already.
    """
    applies_only(auth_client.lives_on or not lives, f"every command of {auth_client.name} is a new process")
    with auth_client.clock.let_tokens_expire() if lives else nullcontext():
        auth_client.login(expired=not lives)
        if lives:
            must_succeed(auth_client.use())
    outcome = auth_client.use()
    must_succeed(outcome)
    refreshes = requests(outcome, "token", grant="refresh_token")
    exposed(auth_client, refreshes, "its access token had expired, and it refreshed", "it made no refresh request")
    must_request_at_most(outcome, "token", grant="refresh_token")
    begun = requests(outcome, "authorization", "device_authorization")
    must(not begun, "nobody has to sign in", f"a sign-in was begun: {', '.join(e.line for e in begun)}")


@scenario(
    "RFC 6749 6",
    REPLACES,
    harm="The second time its access token expires, the tool shows a spent refresh token, and the session is ended.",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_rotation_is_stored(auth_provider: Provider, auth_client: Client) -> None:
    """The refresh token that a refresh has brought is the one that the next refresh presents, after a restart too."""
    auth_client.login(expired=True)
    with auth_client.clock.let_tokens_expire():
        first = auth_client.use()
    _applies_to_who_ends(auth_client, first)
    must_succeed(first)
    spent, newest = _presented(first), _newest_refresh_token(auth_provider)
    rotated = bool(spent) and newest not in spent
    exposed(auth_client, rotated, "a refresh brought it a new refresh token", "no refresh brought a new refresh token")
    auth_client.restart()
    _must_go_on_with(auth_provider, auth_client, newest)


@scenario(
    "RFC 6749 6",
    REPLACES + " In our words: whichever command asked for it.",
    harm="A harmless command, such as one that shows who is signed in, ends the session of all that come after it.",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize("action", ["status", "token", "doctor", "doctor_server"])
def test_rotation_is_stored_by_every_command(auth_client: Client, action: str) -> None:
    """Every command that refreshes stores the refresh token that it was given: the next one can go on with it."""
    applies_only(auth_client.can(action), f"{auth_client.name} has no `{action}`")
    auth_client.login(expired=True)
    with auth_client.clock.let_tokens_expire():
        asked = auth_client.run(action)
    spent = _presented(asked)
    applies_only(bool(spent), f"`{action}` of {auth_client.name} does not refresh")
    auth_client.exposure.add(f"`{action}` spent its refresh token for a new one")
    auth_client.restart()
    following = auth_client.use()
    again = [e.line for e in _refreshes(following) if e.form.get("refresh_token") in spent]
    must(not again, f"what `{action}` has spent is not sent again", f"`use` sent it: {', '.join(again)}")
    must_succeed(following)


@scenario(
    "RFC 6749 6",
    "The authorization server MAY issue a new refresh token, [...] In our words: where it issues none, the old one "
    "goes on being good, and is kept.",
    harm="After the first refresh the tool has no refresh token any more, and asks to sign in an hour later.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    provider={"rotate_refresh_tokens": False},
)
@pytest.mark.parametrize(
    "told",
    [
        pytest.param(None, id="absent"),
        pytest.param(ExtraMember("refresh_token", None), id="null"),
        pytest.param(ExtraMember("refresh_token", ""), id="empty"),
    ],
)
def test_omitted_refresh_token_keeps_the_old(auth_provider: Provider, auth_client: Client, told: Fault | None) -> None:
    """A refresh that brings no new refresh token leaves the old one stored, and the next refresh presents it.

    Neither `null` nor an empty text is a refresh token (RFC 6749 A.17): a client may refuse such an answer and say so.
    """
    auth_client.login(expired=True)
    with auth_provider.failing(told, at="token", grant="refresh_token") if told else nullcontext():
        with auth_client.clock.let_tokens_expire():
            first = auth_client.use()
        _applies_to_who_ends(auth_client, first)
        if told and not first.ok:
            must_explain(first)
        else:
            must_succeed(first)
        kept = _presented(first)
        exposed(auth_client, kept, "a refresh brought it no new refresh token", "it made no refresh request")
    auth_client.restart()
    _must_go_on_with(auth_provider, auth_client, *kept)


def _applies_to_who_ends(client: Client, outcome: Outcome) -> None:
    """Skip a contract for a client that refreshes without end where its tokens live for a short time, as here."""
    endless = outcome.timed_out and len(_refreshes(outcome)) > REFRESH_TRIES
    applies_only(not endless, f"{client.name} refreshes without end: see refresh/short-lived-token-does-not-loop")


def _refreshes(outcome: Outcome) -> tuple[Exchange, ...]:
    return requests(outcome, "token", grant="refresh_token")


def _presented(outcome: Outcome) -> set[str]:
    """Return the refresh tokens that the action presented, and was given tokens for."""
    return {e.form.get("refresh_token", "") for e in _refreshes(outcome) if e.status == 200}


def _newest_refresh_token(provider: Provider) -> str:
    """Return the refresh token that was issued last; "" where none was."""
    return next((one.value for one in reversed(list(provider.secrets)) if one.kind == "refresh_token"), "")


def _must_go_on_with(provider: Provider, client: Client, *tokens: str) -> None:
    """Require that the next `use` refreshes with one of these refresh tokens, and succeeds.

    Should it refresh more than once, it goes on with those that it is given meanwhile.
    """
    older = {secret.value for secret in provider.secrets}
    outcome = client.use()
    good = {*tokens, *(secret.value for secret in provider.secrets if secret.value not in older)}
    made = _refreshes(outcome)
    odd = [e.line for e in made if e.form.get("refresh_token") not in good]
    must(made, "the next refresh presents the refresh token that is good", "there was no refresh any more")
    must(not odd, "the next refresh presents the refresh token that is good", f"another one was sent: {odd}")
    must_succeed(outcome)

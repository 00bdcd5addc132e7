"""How a session ends, and what a client owes the person then: verbs for choices that clients make differently.

    must_ask_to_sign_in      the person is asked, or the client signs in anew by itself (policy `sign_in_again`)
    must_obey_a_refusal      a refused refresh token is not sent again (policy `permanent_failure`)
    must_finish_signing_out  the credentials are gone, or the failure is said (policy `revocation_failure`)
    must_end_signed_out      with a declared exit code, where one is declared
    must_keep_session        nothing was lost by a failure, unless the client signed in anew
    must_survive             a refresh that failed for the moment cost nothing
    must_not_storm           no storm of refreshes, but for who storms whatever fails
    must_work_from_store     a client that lives on works after a restart as well: memory hides what is stored

Where the adapter declares no side of a policy, whatever is consistent will do.
"""

from __future__ import annotations

from collections.abc import Sequence

from auth_scenarios.stored import (
    must_hold_no_credentials,
    must_hold_old_or_new,
    must_not_use_old_tokens,
    must_still_hold,
)
from auth_scenarios.verify import (
    REFRESH_TRIES,
    RESOURCES,
    applies_only,
    is_granted,
    must,
    must_end_as_declared,
    must_explain,
    must_not_crash,
    must_not_say,
    must_request_at_most,
    must_say,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import Fault, ServerError
from pytest_auth_provider import Client, Outcome
from pytest_auth_provider.adapters.models import SUCCESS
from pytest_auth_provider.clients.credentials import CredentialFile

SIGN_IN_GRANTS = ("authorization_code", "device_code", "client_credentials")
"""Grants that begin a session: neither the refresh of one nor the exchange of its tokens for others."""


def signed_in_anew(outcome: Outcome) -> bool:
    """Return whether the action signed in by itself: it was given tokens by a grant that begins a session."""
    granted = [e for e in requests(outcome, "token") if e.grant in SIGN_IN_GRANTS and is_granted(e)]
    return outcome.ok and bool(granted)


def must_ask_to_sign_in(client: Client, outcome: Outcome) -> None:
    """Require that the action failed and asked the person to sign in again.

    A client that signed in anew by itself has done better, unless it declares that it asks.
    """
    if client.policies["sign_in_again"] != "asked" and signed_in_anew(outcome):
        return
    must_explain(outcome)
    must_say(outcome, "sign_in_again")


def remembers_refusals(client: Client) -> bool:
    """Return whether the client knows of a refresh token that was refused to an earlier command.

    A client that is a new process for every command has no memory: it knows what it stored, and has to declare that it
    stores this. What lives on in one process knows, unless it declares otherwise.
    """
    declared = client.policies["permanent_failure"]
    return declared == "stored" or (client.lives_on and declared != "not_remembered")


def must_obey_a_refusal(client: Client, first: Outcome, refused: str) -> None:
    """Require that later commands do not send the `refused` refresh token again, which the command `first` had sent.

    A command that cannot know that it was refused may send it. Unless the client signed in anew, later commands
    fail and say so.
    """
    # How often one command sends it that cannot know is the business of refresh/permanent-failure-is-not-retried.
    known = 0 if remembers_refusals(client) else REFRESH_TRIES
    for _ in range(2):
        _must_send_at_most(client, first, refused, known)
    if client.lives_on:
        client.restart()
        # Several parts of a process that has just begun may ask before the first of them is told.
        stored = client.policies["permanent_failure"] == "stored"
        _must_send_at_most(client, first, refused, 0 if stored else REFRESH_TRIES)
        _must_send_at_most(client, first, refused, known)
    promise = "" if remembers_refusals(client) else "; it does not promise that later processes know"
    client.exposure.add(f"after its refresh token was refused to one command, more were run{promise}")


def _must_send_at_most(client: Client, first: Outcome, refused: str, allowed: int) -> None:
    """Run `use`, and require that it sends the refused token so many times at most."""
    later = client.use()
    again = [e.line for e in requests(later, "token") if e.form.get("refresh_token") == refused]
    wanted = (
        f"the refused refresh token is sent at most {allowed} times"
        if allowed
        else "the refused refresh token is not sent again"
    )
    must(len(again) <= allowed, wanted, "\n  ".join([f"`use` sent it {len(again)} times:", *again]))
    if not signed_in_anew(first):
        must_ask_to_sign_in_or_fail(client, later)


def must_ask_to_sign_in_or_fail(client: Client, outcome: Outcome) -> None:
    """Require that the action failed with a message, or signed in anew where the client does not declare otherwise."""
    if client.policies["sign_in_again"] == "asked" or not signed_in_anew(outcome):
        must_explain(outcome)


def must_finish_signing_out(client: Client, outcome: Outcome, before: Sequence[CredentialFile]) -> None:
    """Require that a sign-out whose revocation failed leaves no doubt of what became of the session.

    Either no credentials are left; or the client keeps its session, as it may declare, says why and does not exit with
    0. `before` is what was stored before. A client that lives on is judged by what is stored once it has ended.
    """
    client.restart()
    declared = client.policies["revocation_failure"]
    undone = not declared and outcome.exit_code != 0 and client.holds_credentials()
    if declared == "keeps":
        must_not_say(outcome, "signed_out")
        must_explain(outcome)
        must_still_hold(client, before)
    elif undone:
        must_not_say(outcome, "signed_out")
        must_explain(outcome)
        client.exposure.add("its session was kept, which it said and failed with")
    else:
        must_end_signed_out(client, outcome)
        must_hold_no_credentials(client)
        if not any(file.values for file in before) and not client.holds_credentials():
            must_not_use_old_tokens(client)


def must_end_signed_out(client: Client, outcome: Outcome) -> None:
    """Require that a sign-out ended in order, with a declared exit code.

    Where none is declared, a warning may have one of its own.
    """
    declares = "logout" in client.adapter.exits or outcome.expected != SUCCESS
    (must_end_as_declared if declares else must_not_crash)(outcome)


def must_keep_session(client: Client, outcome: Outcome, before: Sequence[CredentialFile]) -> None:
    """Require that what was stored `before` is stored still; after a sign-in anew, that or the new tokens."""
    (must_hold_old_or_new if signed_in_anew(outcome) else must_still_hold)(client, before)


def must_work_from_store(client: Client) -> None:
    """Require that `use` succeeds, and once more after a restart where the client lives on between two commands."""
    must_succeed(client.use())
    if client.lives_on:
        client.restart()
        must_succeed(client.use())
        client.exposure.add("restarted, so that it had to work with what it had stored")


def must_survive(
    provider: Provider, client: Client, failure: Fault, *, unchanged: bool = True, tells_of_storms: bool = False
) -> None:
    """Require that a refresh that fails like this costs nothing: no storm, the session stays, the next one recovers.

    Unless it has to stay `unchanged`, it may lose an access token that has expired anyway. A contract that
    `tells_of_storms` accuses of any; all others as `must_not_storm` does.
    """
    client.login(expired=True)
    stored = client.credentials()
    with provider.failing(failure, at="token", grant="refresh_token"):
        outcome = client.use()
    if tells_of_storms:
        must_request_at_most(outcome, "token", grant="refresh_token", times=REFRESH_TRIES)
    elif outcome.timed_out:
        must_not_storm(provider, client, outcome)
    if not _called_with_success(outcome) and client.policies["use"] == "calls":
        must_explain(outcome)
    else:  # the API takes the token it has, or `use` hands that out
        must_not_crash(outcome)
    must_not_say(outcome, "revoked")
    if unchanged:
        must_keep_session(client, outcome, stored)
    must_work_from_store(client)
    if not tells_of_storms:
        must_not_storm(provider, client, outcome)


def must_not_storm(provider: Provider, client: Client, *outcomes: Outcome) -> None:
    """Require that each of the actions refreshed no oftener than `REFRESH_TRIES` says.

    To be asked last, as the client signs in again for it. The contract does not apply to a client that repeats its
    refresh as often at a plain 503: refresh/transient-keeps-credentials accuses it, and one defect is one accusation.
    """
    most = max(outcomes, key=lambda outcome: len(requests(outcome, "token", grant="refresh_token")))
    if len(requests(most, "token", grant="refresh_token")) > REFRESH_TRIES:
        told = f"{client.name} repeats whatever refresh fails: see refresh/transient-keeps-credentials"
        applies_only(not _repeats_whatever_fails(provider, client), told)
        must_request_at_most(most, "token", grant="refresh_token", times=REFRESH_TRIES)


def _repeats_whatever_fails(provider: Provider, client: Client) -> bool:
    client.login(expired=True)
    with provider.failing(ServerError(503), at="token", grant="refresh_token"):
        outcome = client.use()
    return len(requests(outcome, "token", grant="refresh_token")) > REFRESH_TRIES


def _called_with_success(outcome: Outcome) -> bool:
    """Return whether the action succeeded by a call that the API answered well."""
    return outcome.ok and any(call.status and call.status < 400 for call in requests(outcome, *RESOURCES))

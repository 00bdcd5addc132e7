"""Locks around a refresh, and what another process has stored meanwhile (the refresh transaction of spec-kitty, D5)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from auth_scenarios.refresh.second_home import SecondHome
from auth_scenarios.sessions import must_work_from_store
from auth_scenarios.stored import must_hold_old_or_new
from auth_scenarios.verify import (
    ContractBroken,
    applies_only,
    exposed,
    must,
    must_end_as_declared,
    must_explain,
    must_request_at_most,
    must_succeed,
    requests,
)
from fakeprovider import Exchange, Provider
from fakeprovider.faults import Closed, Hold, WrongMember
from pytest_auth_provider import Client, Outcome, scenario
from pytest_auth_provider.clients import Running
from pytest_auth_provider.scenario import NotApplicable

TRANSACTION = (
    "run_refresh_transaction already implements a bounded, machine-wide-locked sequence: 1. Acquire MachineFileLock. "
    "2. Reload persisted session. "
)
ADOPTED = TRANSACTION + "3. If persisted is newer and valid → adopt without network call (ADOPTED_NEWER)."
KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)
"""The exit codes of a command that died of SIGKILL, and of a shell whose command did."""
OVERTAKING = 10.0
"""Seconds in which one process is expected to refresh while another one is held."""
OVERLAP = 1.0
"""Seconds for which the refresh of one process is held, while the other one comes to wait for it."""


@scenario(
    "spec-kitty refresh transaction, D5",
    TRANSACTION + "In our words: a lock whose owner was killed stands in nobody's way, who signs in anew or signs out.",
    harm="After a crash even signing in again fails, until somebody finds and deletes a lock file by hand.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
)
def test_stale_lock_is_taken_over(auth_client: Client) -> None:
    """What a process that was killed while it refreshed has left behind keeps nobody from signing in again."""
    auth_client.login(expired=True)
    killed = auth_client.kill_at("use", "token", grant="refresh_token")
    died = killed.exit_code in KILLED
    exposed(
        auth_client, died, "killed by SIGKILL as it refreshed", f"it did not die of being killed: {killed.ending()}"
    )
    must_succeed(auth_client.attempt_login())
    must_succeed(auth_client.use())


@scenario(
    "spec-kitty refresh transaction, D5",
    TRANSACTION + "In our words: bounded also for whoever waits for the lock: a command that is stuck, or was stopped "
    "by Ctrl-Z, holds up the others for a while, not for ever.",
    harm="One command that hangs, or was stopped in another terminal, makes every other one hang as well.",
    level="SHOULD",
    promised_by={"ends_within": ""},
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
)
def test_lock_held_is_bounded(auth_provider: Provider, auth_client: Client) -> None:
    """While another process is stopped in the middle of its refresh, a command ends all the same, and loses nothing."""
    declared = auth_client.policies["ends_within"]
    applies_only(bool(declared), f"{auth_client.name} declares no time within which its commands end (`ends_within`)")
    limit = float(declared)
    auth_client.login(expired=True)
    stored = auth_client.credentials()
    with _stopped_while_it_refreshes(auth_provider, auth_client, 10 * limit):
        outcome = auth_client.within(limit).run("use")
        told = f"`use` did not end within {limit:.0f} s while another process was stopped as it refreshed"
        if outcome.timed_out:
            raise ContractBroken(f"every command ends within {limit:.0f} s", told)
        if not outcome.ok:
            must_explain(outcome)
        if auth_client.can("status"):
            must_end_as_declared(auth_client.status())
    must_hold_old_or_new(auth_client, stored)
    must_work_from_store(auth_client)


@contextmanager
def _stopped_while_it_refreshes(provider: Provider, client: Client, seconds: float) -> Iterator[Running]:
    """Stop a `use` (SIGSTOP) when its refresh has arrived, which is not done; let it go on and end after the block."""
    applies_only(client.adapter.kind == "process", f"{client.name} is no program that could be stopped")
    refresh = Hold(seconds=client.adapter.timeout)
    with provider.failing(refresh, Closed(), at="token", grant="refresh_token", times=1):
        running = client.within(seconds).start("use")
        try:
            arrived = refresh.wait_for_arrival(client.adapter.timeout)
            exposed(client, arrived, "another process was stopped as it refreshed", "no refresh request came")
            os.killpg(os.getpgid(running.pid), signal.SIGSTOP)
            refresh.release()
            yield running
        finally:
            with suppress(ProcessLookupError):
                os.killpg(os.getpgid(running.pid), signal.SIGCONT)
            running.wait()


@scenario(
    "spec-kitty refresh transaction, D5",
    ADOPTED,
    harm="A command that takes a moment longer sends a token that is spent, and ends the session of all the others.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
)
def test_adopted_newer(auth_provider: Provider, auth_client: Client) -> None:
    """A session that another process has stored meanwhile is taken over: the older refresh token is not sent any more.

    A client that lives on has the older one in memory. Any other one has read it, and asks for the metadata or the keys
    when another process refreshes; where its lock keeps that one away, nothing can change meanwhile.
    """
    auth_client.login(expired=True)
    way = _outlived if auth_client.lives_on else _overtaken
    other, outcome = way(auth_provider, auth_client)
    spent = {_token_of(e): e.number for e in requests(other, "token", grant="refresh_token") if e.status == 200}
    made = [e for e in requests(outcome, "token", grant="refresh_token") if e.number not in spent.values()]
    again = [e.line for e in made if e.number > spent.get(_token_of(e), e.number)]
    must(not again, "the newer session is taken over", f"the older refresh token was sent: {', '.join(again)}")
    if auth_client.lives_on or made:  # whoever was held back for longer than it waits has given up, and rightly so
        must_succeed(outcome)


def _outlived(_provider: Provider, client: Client) -> tuple[Outcome, Outcome]:
    """Let a process that has read the older session live on while a newer one is stored.

    Returns how the process ended that refreshed, and the other one.
    """
    older = client.disk.remember()
    refreshed = client.use()
    must_succeed(refreshed)
    newer = client.disk.remember()
    applies_only(bool(newer.contents) and client.can("status"), f"{client.name} cannot be shown an older session")
    client.disk.restore(older)
    client.restart()
    must_end_as_declared(client.status())
    client.disk.restore(newer)
    client.exposure.add("had read the older session when another process stored a newer one")
    return refreshed, client.use()


def _overtaken(provider: Provider, client: Client) -> tuple[Outcome, Outcome]:
    """Hold one process before it refreshes, while another one does. Returns as `_outlived`."""
    asking = Hold(seconds=2 * OVERTAKING)
    with provider.failing(asking, at=("discovery", "jwks"), times=1, optional=True):
        slower = client.start("use")
        arrived = asking.wait_for_arrival(OVERTAKING)
        faster = client.within(OVERTAKING).run("use") if arrived else None
        asking.release()
        outcome = slower.wait()
    if faster is None or not faster.ok or not requests(faster, "token", grant="refresh_token"):
        raise NotApplicable(f"no other process of {client.name} can refresh while one is about to")
    client.exposure.add("another process refreshed while it asked for metadata or keys")
    return faster, outcome


@scenario(
    "spec-kitty refresh transaction, D5",
    TRANSACTION + "In our words: what is sent under the lock is what was read under the lock, also where that is about "
    "to expire again.",
    harm="Where tokens are short-lived, two commands at once end the session: the second one sends what is spent.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
    provider={"reuse": "revoke_family"},
)
def test_token_reread_under_the_lock(auth_provider: Provider, auth_client: Client) -> None:
    """Who has waited for the refresh of another process, and has to refresh as well, sends the newer refresh token."""
    auth_client.login(expired=True)
    refresh, short = Hold(seconds=OVERLAP), WrongMember("expires_in", 1)
    mark = auth_provider.journal.mark()
    with auth_provider.failing(refresh, short, at="token", grant="refresh_token", times=1, optional=True):
        running = [auth_client.start("use") for _ in range(2)]
        refresh.wait_for_arrival(auth_client.adapter.timeout)
        waited = all(process.running for process in running)
        outcomes = [process.wait() for process in running]
    exposed(auth_client, waited, "it waited while another process refreshed", "no two processes ran at the same time")
    made = [e for e in auth_provider.journal.since(mark) if e.grant == "refresh_token"]
    exposed(auth_client, made, f"{len(made)} refresh requests came", "no refresh request came")
    took_over = f"one process of {auth_client.name} took over what another had stored, though it is about to expire"
    applies_only(len(made) > 1, took_over)
    alone = made[1].monotonic - made[0].monotonic >= OVERLAP - 0.05  # until then the first one had no answer
    applies_only(alone, f"{auth_client.name} does not wait for another process, which refresh/two-processes tells of")
    sent = [_token_of(e) for e in made]
    must(len(sent) == len(set(sent)), "each refresh token is sent once", "\n".join(e.line for e in made))
    for outcome in outcomes:
        must_succeed(outcome)


@scenario(
    "RFC 9700 4.14.2",
    "If a refresh token is compromised and subsequently used by both the attacker and the legitimate client, one of "
    "them will present an invalidated refresh token, which will inform the authorization server of the breach. In our "
    "words: so one credential has one lock, by whatever path a process comes to it.",
    harm="Two agents with folders of their own and one credential between them sign each other out all day.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "symlinked_store": "followed"},
    provider={"reuse": "revoke_family"},
)
def test_lock_covers_the_credential(auth_provider: Provider, auth_client: Client) -> None:
    """Two processes with a HOME of their own, whose stores are links to one file, make one refresh between them."""
    auth_client.login(expired=True)
    elsewhere = SecondHome(auth_client).variables
    refresh, mark = Hold(arrivals=2, seconds=OVERLAP), auth_provider.journal.mark()
    with auth_provider.failing(refresh, at="token", grant="refresh_token"):
        running = [auth_client.start("use"), auth_client.start("use", env=elsewhere)]
        refresh.wait_for_arrival(auth_client.adapter.timeout)
        at_once = all(process.running for process in running)
        outcomes = [process.wait() for process in running]
    exposed(auth_client, at_once, "two processes ran, one by a link", "no two of its processes ran at the same time")
    for outcome in outcomes:
        must_succeed(outcome)
    made = [e.line for e in auth_provider.journal.since(mark) if e.grant == "refresh_token"]
    must(len(made) == 1, "one refresh request between two processes", "\n".join(made))


@scenario(
    "RFC 6749 1.5",
    "Refresh tokens are issued to the client by the authorization server and are used to obtain a new access token "
    "when the current access token becomes invalid or expires, [...] In our words: and not while it is good for most "
    "of its life still.",
    harm="Each of ten terminals refreshes every five minutes, takes the others' tokens away, and is throttled.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "use": "calls"},
)
def test_no_refresh_while_valid(auth_client: Client) -> None:
    """A token that has most of its life before it is used as it is, however often and by however many processes."""
    auth_client.login()
    kinds = {kind for file in auth_client.credentials() for kind in file.kinds}
    applies_only(not kinds or "access_token" in kinds, f"{auth_client.name} stores no access token")
    _must_not_refresh(auth_client)
    _must_not_refresh(auth_client)
    if auth_client.clock.can_be_moved:
        auth_client.clock.advance(auth_client.provider.access_token_lifetime / 4)
        _must_not_refresh(auth_client)
    auth_client.exposure.add("it was used while its access token was good")


def _must_not_refresh(client: Client) -> None:
    outcome = client.use()
    must_succeed(outcome)
    must_request_at_most(outcome, "token", grant="refresh_token", times=0)


def _token_of(refresh: Exchange) -> str:
    return refresh.form.get("refresh_token", "")

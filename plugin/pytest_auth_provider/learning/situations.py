"""Situations that people meet, made for a client on purpose: what it prints in each of them.

A situation is made in a fresh sandbox at a fresh provider. Nothing is judged: `learning.words` looks for the words that
a client has for one situation alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from pytest_auth_provider.adapters.models import Step
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.errors import Explained
from pytest_auth_provider.learning.bench import Bench, NotLearned
from pytest_auth_provider.learning.exchanges import asked, calls
from pytest_auth_provider.outcome.outcome import Outcome

AT_ONCE: Final = 4
"""How many situations are made at the same time, where no callback port can be in the way of another one."""
COMMANDS: Final = 2
"""How many commands a situation takes at most: a login, and what is done after it."""
SHORTEST: Final = 1.0
"""Seconds that have to be left before another situation is begun."""


@dataclass(frozen=True)
class Situation:
    """Something that happens to people: in words, what a client may say about it, and how it is brought about.

    `sayings` are the keys of `[says]` that fit, the most telling one first; none where its output is only to be told
    apart from others. `action` is what the client is asked to do then, `make` does it.
    """

    name: str
    action: str
    sayings: tuple[str, ...]
    make: Callable[[Client], Outcome]


@dataclass(frozen=True)
class Heard:
    """What a client did in a situation; `problem` tells why it could not be brought about, and there is no outcome."""

    situation: Situation
    outcome: Outcome | None = None
    problem: str = ""

    @property
    def understood(self) -> tuple[str, ...]:
        """The sayings that fit the situation and that its output was understood as."""
        return tuple(saying for saying in self.situation.sayings if self.outcome and self.outcome.says(saying))


def _denied(client: Client) -> Outcome:
    client.browser.denies()
    return client.attempt_login()


def _expired(client: Client) -> Outcome:
    client.provider.user.script("expire")
    outcome = client.attempt_login()
    if not asked(outcome.exchanges, "device_authorization"):
        raise NotLearned("its login shows no code that could expire")
    return outcome


def _offline(client: Client) -> Outcome:
    client.provider.down()
    return client.attempt_login()


def _signed_out(action: str, client: Client) -> Outcome:
    return client.run(action)


def _refused(client: Client) -> Outcome:
    """Use a session that is over: its token has expired, and every refresh is refused (RFC 6749 5.2)."""
    from fakeprovider.faults import ErrorAnswer  # imported late: plugin code is loaded by every pytest run

    client.login(expired=True)
    with client.provider.failing(ErrorAnswer("invalid_grant"), at="token", grant="refresh_token", optional=True):
        return client.use()


def _rejected(client: Client) -> Outcome:
    """Use a session that was ended elsewhere: the API answers 401, and a refresh is of no use."""
    client.login()
    client.provider.end_sessions()
    return client.use()


def _used_offline(client: Client) -> Outcome:
    """Use an expired token while the provider refuses connections."""
    client.login(expired=True)
    client.provider.down()
    outcome = client.use()
    if any(one.status == 401 for one in calls(outcome.exchanges)):
        raise NotLearned("it has no use for the provider then: it asked the API, which refused the token")
    return outcome


def _logged_out(client: Client) -> Outcome:
    client.login()
    return client.logout()


def _not_revoked(client: Client) -> Outcome:
    """Sign out while the revocation endpoint is overloaded (RFC 7009 2.2.1)."""
    from fakeprovider.faults import ServerError  # imported late: plugin code is loaded by every pytest run

    client.login()
    with client.provider.failing(ServerError(503), at="revocation", optional=True):
        outcome = client.logout()
    if not asked(outcome.exchanges, "revocation"):
        raise NotLearned("its logout revokes nothing")
    return outcome


SITUATIONS: Final = (
    Situation("login denied", "login", ("denied",), _denied),
    Situation("code expired", "login", ("expired",), _expired),
    Situation("login, provider offline", "login", ("try_again", "unverified"), _offline),
    Situation("not signed in: use", "use", ("not_signed_in", "sign_in_again"), partial(_signed_out, "use")),
    Situation("not signed in: status", "status", ("not_signed_in", "sign_in_again"), partial(_signed_out, "status")),
    Situation("not signed in: logout", "logout", ("not_signed_in", "signed_out"), partial(_signed_out, "logout")),
    Situation("session over, refresh refused", "use", ("sign_in_again", "rejected"), _refused),
    Situation("session ended elsewhere", "use", ("sign_in_again", "rejected"), _rejected),
    Situation("use, provider offline", "use", ("try_again", "unverified"), _used_offline),
    Situation("signed out", "logout", ("signed_out", "revoked"), _logged_out),
    Situation("signed out, revocation failed", "logout", (), _not_revoked),
)
"""Every situation; those whose action a client does not have are left out for it."""


def make_situations(bench: Bench, deadline: float, patience: float, *, alone: bool) -> list[Heard]:
    """Make every situation that the client of the bench can be in, and return what it did in each, in order.

    None is begun after `deadline` (of `time.monotonic()`), none goes on past it, and none takes longer than `patience`
    seconds, since some clients wait for ever for a browser that does not come. With `alone`, one is made after
    the other, for a client whose callback port is always the same.
    """
    there = [situation for situation in SITUATIONS if situation.action in bench.adapter.run]
    with ThreadPoolExecutor(1 if alone else AT_ONCE) as pool:
        return list(pool.map(partial(_make, bench, deadline, patience), there))


def _make(bench: Bench, deadline: float, patience: float, situation: Situation) -> Heard:
    try:
        with client_until(bench, min(deadline, time.monotonic() + patience), commands=COMMANDS) as client:
            outcome = situation.make(client)
    except Explained as problem:
        return Heard(situation, problem=problem.summary)
    except Exception as error:  # whatever it was, the other situations are made all the same
        return Heard(situation, problem=f"{type(error).__name__}: {error}")
    if outcome.timed_out:
        return Heard(situation, problem="it did not end in time")
    return Heard(situation, outcome)


@contextmanager
def client_until(
    bench: Bench, deadline: float, more: Mapping[str, tuple[str, ...]] | None = None, *, commands: int = 1
) -> Iterator[Client]:
    """Yield a client of the bench, of which so many `commands` have ended by `deadline`: each is killed in time for it.

    `more` are further actions, each with its arguments. Raises `NotLearned` where the deadline is near.
    """
    left = deadline - time.monotonic()
    if left < SHORTEST:
        raise NotLearned("there was no time left for it")
    adapter = bench.adapter
    run = {name: tuple(replace(step, timeout=None) for step in steps) for name, steps in adapter.run.items()}
    run |= {name: (Step(arguments),) for name, arguments in (more or {}).items()}
    with bench.client(replace(adapter, run=run, timeout=min(left / commands, adapter.timeout))) as client:
        yield client

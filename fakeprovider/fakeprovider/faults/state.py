"""State faults: before the endpoint is asked, a request is held back or the state changes behind the client's back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.faults.base import FaultTarget, InForce, StateFault
from fakeprovider.validation import Count, Seconds

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.server import Connection
    from fakeprovider.state.store import RefreshToken, Session


# -- sessions and tokens ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RevokedSession(StateFault):
    """End the session of a request behind the client's back, just before the request is processed.

    Its access and refresh tokens are worthless from then on; the provider truthfully gives `why` as the reason.
    """

    why: str = "it was revoked behind the client's back"

    def concerns(self, call: Call) -> bool:
        session = _session_of(call)
        return session is not None and not session.ended

    def before(self, call: Call) -> None:
        session = _session_of(call)
        if session is not None:
            call.provider.store.end_session(session, self.why, call.at)


@dataclass(frozen=True)
class ForgottenSession(StateFault):
    """Forget the session of a request and all its tokens, just before it is processed, as if the database were lost."""

    def concerns(self, call: Call) -> bool:
        return _session_of(call) is not None

    def before(self, call: Call) -> None:
        session = _session_of(call)
        if session is None:
            return
        store = call.provider.store
        with store.lock:
            for records in (store.refresh_tokens, store.access_tokens, store.id_tokens):
                for value in [value for value, record in records.items() if record.session.id == session.id]:
                    del records[value]
            store.sessions.pop(session.id, None)


@dataclass(frozen=True)
class SpentTwice(StateFault):
    """Accept a spent refresh token as if it had not been spent, whatever the reuse policy says."""

    endpoints = ("token",)

    def concerns(self, call: Call) -> bool:
        token = _refresh_token_of(call)
        return token is not None and token.spent_at is not None

    def before(self, call: Call) -> None:
        with call.provider.store.lock:
            token = _refresh_token_of(call)
            if token is not None:
                token.spent_at = None


def _session_of(call: Call) -> Session | None:
    """Return the session of the refresh token, the token to revoke, the assertion or the bearer token of a request."""
    store = call.provider.store
    named = [call.members.get(name, "") for name in ("refresh_token", "token", "assertion", "subject_token")]
    for value in [*named, call.bearer]:
        record = store.refresh_tokens.get(value) or store.access_tokens.get(value)
        if record is not None:
            return record.session
    return None


def _refresh_token_of(call: Call) -> RefreshToken | None:
    return call.provider.store.refresh_tokens.get(call.members.get("refresh_token", ""))


# -- held requests ------------------------------------------------------------------------------------------------


class _Door:
    """Where held requests wait, each on its own connection, so that a client that hangs up ends its wait too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Connection] = []
        self.close()

    def close(self) -> None:
        with self._lock:
            self._open = False
            self._arrivals = 0
            self.arrived = threading.Semaphore(0)
            self.hung_up = threading.Semaphore(0)

    def open(self) -> None:
        with self._lock:
            self._open = True
            for connection in self._waiting:
                connection.wake()

    def arrive(self) -> int:
        with self._lock:
            self._arrivals += 1
            self.arrived.release()
            return self._arrivals

    def wait(self, connection: Connection, seconds: float) -> None:
        with self._lock:
            if self._open:
                return
            self._waiting.append(connection)
        stayed = connection.wait(seconds)
        with self._lock:
            self._waiting.remove(connection)
        if not stayed:
            self.hung_up.release()


@dataclass(frozen=True)
class Hold(StateFault):
    """Keep a request waiting until `release()` is called or `arrivals` requests wait, at most `seconds`.

    `meanwhile` is called once per held request before it goes on, for instance to let another process write the
    credential store. With `meanwhile` and no `arrivals` the request goes on as soon as it returns. A wait ends early
    when the client hangs up or the provider stops.
    """

    arrivals: Count = 0
    seconds: Seconds = 10.0
    meanwhile: Callable[[], object] | None = field(default=None, repr=False)
    _door: _Door = field(default_factory=_Door, init=False, repr=False, compare=False)

    def release(self) -> None:
        """Let every held request go on, and hold none from now on until the fault is armed again."""
        self._door.open()

    def wait_for_arrival(self, seconds: float = 10.0) -> bool:
        """Wait until one more request is held; return False if none came within `seconds`."""
        return self._door.arrived.acquire(timeout=seconds)

    def wait_for_hang_up(self, seconds: float = 10.0) -> bool:
        """Wait until one more client hangs up while its request is held; return False if none did within `seconds`."""
        return self._door.hung_up.acquire(timeout=seconds)

    @contextmanager
    def in_force(self, provider: FaultTarget) -> Iterator[InForce]:
        """Hold requests anew, also after an earlier release, and let all of them go when the block ends."""
        self._door.close()
        try:
            yield InForce(self)
        finally:
            self.release()

    def before(self, call: Call) -> None:
        number = self._door.arrive()
        if self.meanwhile is not None:
            self.meanwhile()
        if self.arrivals and number >= self.arrivals:
            self.release()
        if self.arrivals or self.meanwhile is None:
            self._door.wait(call.connection, self.seconds)

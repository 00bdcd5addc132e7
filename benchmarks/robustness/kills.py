"""The reference client, killed: its store is whole, its lock is free, and no session is lost that could be kept.

It is killed before every step it takes, as its requests arrive and as their answers come, and at random. Then it is
looked at what is stored, what the next command makes of it, and what is left on the disk after a sign-out.
"""

from __future__ import annotations

import random
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.robustness.forks import Ended, Forks
from fakeprovider import Provider
from fakeprovider.faults import Hold
from fakeprovider.faults.base import Fault, WireFault
from fakeprovider.server.answer import Answer
from fakeprovider.server.connection import Connection
from fakeprovider.state.store import RefreshToken
from reference_client.errors import CorruptStoreError
from reference_client.session import Session
from reference_client.store import CredentialStore

_PATIENCE: Final = 5.0  # seconds that the next command may take
_OTHER: Final = Session(access_token="of somebody else", refresh_token="refresh token of somebody else")
_LOGIN: Final = ("login", "--device", "--no-browser")


@dataclass(frozen=True)
class Case:
    """A command that is killed; `endpoints` are those that it asks, in the order in which it does."""

    name: str
    argv: tuple[str, ...]
    endpoints: tuple[str, ...]
    signed_in: bool = True
    reuse: str = "revoke_family"


CASES: Final = (
    Case("login", _LOGIN, ("discovery", "device_authorization", "token", "jwks"), signed_in=False),
    Case("login again", _LOGIN, ("discovery", "device_authorization", "token", "jwks")),
    Case("refresh", ("token",), ("discovery", "token")),
    Case("refresh, answered again", ("token",), ("discovery", "token"), reuse="replay_same_answer"),
    Case("logout", ("logout",), ("discovery", "revocation")),
)


@dataclass
class Tally:
    """How one case went: the kills, the sessions lost with an answer that was not stored yet, and what was wrong."""

    case: str
    kills: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class KilledWhileAnswered(WireFault):
    """Process the request, send that share of the answer, kill the client and close."""

    share: float
    kill: Callable[[], None]

    instead = False

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Send, kill, close."""
        data = connection.head(answer) + answer.body
        connection.write(data[: int(len(data) * self.share)])
        self.kill()
        connection.close()


class Torment:
    """One provider, one home, and the client that is killed again and again; use it in a `with` block."""

    def __init__(self, directory: Path) -> None:
        self._provider = Provider(algorithm="ES256", device_interval=0, reuse_grace=600)
        self._home = directory
        self._store = CredentialStore(directory / "data" / "auth-reference" / "credentials.json")
        self._stack = ExitStack()

    def __enter__(self) -> Torment:
        self._stack.enter_context(self._provider)
        kept = {f"XDG_{kind}_HOME": str(self._home / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
        self._client = self._stack.enter_context(
            Forks(self._home, {"AUTH_REFERENCE_ISSUER": self._provider.issuer, **kept})
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def at_every_step(self, case: Case, every: int = 1) -> Tally:
        """Kill the client before each of its steps (or each third one, with `every` 3), until it takes no more."""
        tally = Tally(case.name)
        step = 1
        while self._once(tally, case, f"step {step}", partial(self._client.run, *case.argv, step=step)):
            step += every
        return tally

    def at_every_answer(self, case: Case) -> Tally:
        """Kill the client as each of its requests arrives, and when none, half and all of the answer was sent."""
        tally = Tally(case.name)
        kill = self._client.kill
        for endpoint in case.endpoints:
            arrived = Hold(meanwhile=kill)
            for fault in (arrived, *(KilledWhileAnswered(share, kill) for share in (0.0, 0.5, 1.0))):
                self._once(tally, case, f"{endpoint}: {fault}", partial(self._meeting, case, endpoint, fault))
        return tally

    def at_random(self, case: Case, times: int, seed: int) -> Tally:
        """Kill the client that often, at moments between its start and twice the time that it takes."""
        tally = Tally(case.name)
        chance = random.Random(f"{seed} {case.name}")
        self._begin(case)
        longest = 2 * self._client.run(*case.argv).seconds
        while tally.kills < times:
            after = chance.uniform(0, longest)
            act = partial(self._client.run, *case.argv, after=after)
            killed = self._once(tally, case, f"after {after:.4f} s", act)
            longest = longest if killed else after
        return tally

    def _meeting(self, case: Case, endpoint: str, fault: Fault) -> Ended:
        with self._provider.failing(fault, at=endpoint, times=1):
            return self._client.run(*case.argv)

    def _once(self, tally: Tally, case: Case, moment: str, act: Callable[[], Ended]) -> bool:
        """Have the client killed once, and look at what it leaves behind; return whether it was killed."""
        before = self._begin(case)
        ended = act()
        if not ended.killed:
            if ended.code:
                tally.wrong.append(f"{moment}: it ended with {ended.code} and said {ended.said!r}")
            return False
        tally.kills += 1
        try:
            wrong = [*self._wrong(tally, case, before), *self._left()]
        except CorruptStoreError as error:
            wrong = [str(error)]
        tally.wrong += [f"{moment}, {ended.said!r}: {one}" for one in wrong]
        return True

    def _begin(self, case: Case) -> Session | None:
        """Make the store as the case has it, with the session of somebody else in it, and return the client's."""
        self._provider.reuse = case.reuse  # type: ignore[assignment]  # one of the reuse policies
        self._store.path.unlink(missing_ok=True)
        self._store.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store.save(self._provider.issuer, "other", _OTHER)
        if not case.signed_in:
            return None
        issued = self._provider.issue("auth-reference", scope="openid profile email offline_access")
        session = Session(
            access_token=issued.access_token,
            refresh_token=issued.refresh_token,
            expires_at=0,
            issuer=self._provider.issuer,
            client_id="auth-reference",
            subject=self._provider.user.person.sub,
        )
        self._store.save(self._provider.issuer, "default", session)
        return session

    def _wrong(self, tally: Tally, case: Case, before: Session | None) -> Iterator[str]:
        """Yield what is wrong with the store, and with what the next command makes of it."""
        if self._store.load(self._provider.issuer, "other") != _OTHER:
            yield "the session of somebody else has changed"
        stored = self._store.load(self._provider.issuer, "default")
        if stored is None:
            if before is not None and case.argv != ("logout",):
                yield "the session is gone"
            return
        token = self._provider.store.refresh_tokens.get(stored.refresh_token or "")
        if token is None:
            yield "what is stored was never issued"
            return
        spent = token.spent_at is not None
        kept = not spent or case.reuse == "replay_same_answer"
        if token.session.ended:
            yield "what is stored was revoked"
        ended = self._client.run("token")
        if (ended.code == 0) != kept or ended.seconds > _PATIENCE:
            yield f"the next command ended with {ended.code} after {ended.seconds:.1f} s: {ended.said!r}"
        if kept and not self._is_newest(self._store.load(self._provider.issuer, "default")):
            yield "what is stored after the next command is not the newest token"
        if not kept:
            tally.lost += 1
            if "sign in again" not in ended.said:
                yield f"the session is over, and this was said: {ended.said!r}"

    def _is_newest(self, session: Session | None) -> bool:
        token = self._provider.store.refresh_tokens.get((session and session.refresh_token) or "")
        return isinstance(token, RefreshToken) and token.spent_at is None and not token.session.ended

    def _left(self) -> Iterator[str]:
        """Sign out, and yield what is left on the disk of sessions, or what others may read."""
        ended = self._client.run("logout")
        if ended.code:
            yield f"logout ended with {ended.code}: {ended.said!r}"
        secrets = [
            value.encode() for value in (*self._provider.store.refresh_tokens, *self._provider.store.access_tokens)
        ]
        for path in self._store.path.parent.iterdir():
            content = path.read_bytes()
            if any(secret in content for secret in secrets):
                yield f"{path.name} holds a token after the sign-out"
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                yield f"{path.name} can be read by others"

"""What the provider remembers: sessions, token families and codes, with one winner for everything used once.

Session              one sign-in: a person, a client, a scope; its refresh tokens are a family
  RefreshToken       one generation of the family; spent when the next one is minted
  AccessToken        known by value, so that opaque and signed ones are revoked alike
  IdToken            known by value, for sign-out hints and as an assertion
DeviceCode           pending -> approved or denied -> consumed (RFC 8628)
PushedRequest        an authorization request that was sent ahead (RFC 9126)
SignInPage           an authorization request that waits for the person at the browser
  AuthorizationCode  what the browser brings back to the client, exchanged once (RFC 6749 4.1)
UsedAssertion        the `jti` of a client assertion, which works once (RFC 7523 3)
"""

from __future__ import annotations

import copy
import threading
import uuid
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from werkzeug.datastructures import MultiDict

if TYPE_CHECKING:
    from fakeprovider.protocol.authorization_request import AuthorizationRequest


SIGNED_OUT: Final = 0.0
"""The time of authentication of a person who signed out at the browser: before every other."""

DeviceStatus = Literal["pending", "approved", "denied", "consumed"]

_TIDY_SECONDS: Final = 60.0
_TIDY_CALLS: Final = 256
_TIDY_SHARE: Final = 32


@dataclass(slots=True)
class Session:
    """One sign-in and the family of refresh tokens that came of it."""

    id: str
    client_id: str
    subject: str
    scope: str
    created_at: float
    audience: tuple[str, ...] = ()
    """The resources its access tokens are for (RFC 8707); empty for the protected API."""
    auth_time: float = 0.0
    """When the person authenticated (OIDC Core 2)."""
    parent: Session | None = None
    """The session whose token this one was exchanged for; it cannot outlive that one."""
    generation: int = 0
    ended_why: str = ""
    ended_at: float | None = None

    @property
    def ended(self) -> str:
        """Why the session is over, or an empty string while it lives."""
        return self.ended_why or (self.parent.ended if self.parent else "")

    def ended_before(self, time: float) -> bool:
        """Return whether the session was over at `time` already."""
        over = self.ended_at is not None and self.ended_at <= time
        return over or (self.parent is not None and self.parent.ended_before(time))


@dataclass(slots=True)
class RefreshToken:
    """One generation of a family; `spent_at` is when the next one was minted."""

    value: str
    session: Session
    generation: int
    expires_at: float
    spent_at: float | None = None
    successor: dict[str, object] | None = None
    """The answer that spent it, for the reuse policy that gives the same answer again."""


@dataclass(slots=True)
class AccessToken:
    """An access token the provider accepts until it expires, is revoked or its session ends."""

    value: str
    session: Session
    expires_at: float
    scope: str
    audience: tuple[str, ...] = ()
    revoked_at: float | None = None

    @property
    def revoked(self) -> bool:
        """Whether this one token was revoked, its session living on."""
        return self.revoked_at is not None


@dataclass(slots=True)
class IdToken:
    """An id token, which proves who signed in until it expires or its session ends."""

    value: str
    session: Session
    expires_at: float


@dataclass
class DeviceCode:
    """One device authorization (RFC 8628 3.2)."""

    value: str
    user_code: str
    client_id: str
    scope: str
    expires_at: float
    interval: float
    status: DeviceStatus = "pending"
    subject: str = ""
    polled_at: float | None = None
    polls: int = 0


@dataclass
class PushedRequest:
    """Authorization parameters that a client sent ahead; `request_uri` works once, for that client."""

    client_id: str
    parameters: MultiDict[str, str]
    expires_at: float


@dataclass
class SignInPage:
    """A page that was shown to somebody and waits for the decision."""

    request: AuthorizationRequest
    expires_at: float


@dataclass
class AuthorizationCode:
    """One authorization code; `session` is what it was exchanged for."""

    value: str
    request: AuthorizationRequest
    subject: str
    auth_time: float
    expires_at: float
    session: Session | None = None


@dataclass
class UsedAssertion:
    """A client assertion that was used; another with the same `jti` is a replay while it has not expired."""

    expires_at: float


class Expiring(Protocol):
    """A record that has an end."""

    expires_at: float


@dataclass
class Store:
    """All records of one provider. `lock` makes check-then-use one step: whoever holds it is the one winner.

    Records are changed by whoever holds the lock and has looked them up since: where several processes share the store
    (`fakeprovider.state.backend`), what was looked up before is a copy.

    `keep` is how many seconds a dead record is remembered, so that whoever still uses it learns what became of it.
    """

    keep: float = 600.0
    lock: AbstractContextManager[object] = field(default_factory=threading.RLock)
    sessions: MutableMapping[str, Session] = field(default_factory=dict)
    refresh_tokens: MutableMapping[str, RefreshToken] = field(default_factory=dict)
    access_tokens: MutableMapping[str, AccessToken] = field(default_factory=dict)
    id_tokens: MutableMapping[str, IdToken] = field(default_factory=dict)
    device_codes: MutableMapping[str, DeviceCode] = field(default_factory=dict)
    authorization_codes: MutableMapping[str, AuthorizationCode] = field(default_factory=dict)
    pushed_requests: MutableMapping[str, PushedRequest] = field(default_factory=dict)
    sign_in_pages: MutableMapping[str, SignInPage] = field(default_factory=dict)
    used_assertions: MutableMapping[tuple[str, str], UsedAssertion] = field(default_factory=dict)
    authentications: MutableMapping[str, float] = field(default_factory=dict)
    """When each person last authenticated at the browser, which stays signed in (OIDC Core 3.1.2.3)."""
    _tidied_at: float = 0.0
    _calls: int = 0
    _left: int = 0

    def new_session(
        self, client_id: str, subject: str, scope: str, now: float, *, parent: Session | None = None
    ) -> Session:
        """Begin a session for `subject` at `client_id`; one with a `parent` ends with it at the latest."""
        # The first of the line, so that a token exchanged a thousand times over has no thousand ancestors.
        root = parent.parent or parent if parent else None
        session = Session(str(uuid.uuid4()), client_id, subject, scope, now, auth_time=now, parent=root)
        with self.lock:
            self.sessions[session.id] = session
        return session

    def end_session(self, session: Session, why: str, now: float) -> None:
        """End a session: every token of its family is worthless from now on."""
        with self.lock:
            session = self.sessions.get(session.id, session)
            if not session.ended_why:
                session.ended_why, session.ended_at = why, now

    def by_user_code(self, user_code: str) -> DeviceCode | None:
        """Return the device authorization behind a typed code; case, blanks and dashes do not matter (RFC 8628 6.1)."""
        wanted = _letters(user_code)
        with self.lock:
            return next((d for d in self.device_codes.values() if _letters(d.user_code) == wanted), None)

    def live_access_token(self, value: str, now: float) -> AccessToken | None:
        """Return the access token behind `value`, unless it expired, was revoked or its session ended."""
        token = self.access_tokens.get(value)
        if token is None or token.revoked or token.session.ended or token.expires_at <= now:
            return None
        return token

    def tidy(self, now: float) -> None:
        """Clean every minute of the provider's clock and every 256 calls, so that nothing grows for ever.

        A store with much to look through is left alone for longer: a call pays for 32 records at most.
        """
        with self.lock:
            self._calls += 1
            due = abs(now - self._tidied_at) >= _TIDY_SECONDS or self._calls >= _TIDY_CALLS
            if due and self._calls * _TIDY_SHARE >= self._left:
                self._tidied_at, self._calls = now, 0
                self.clean(now)
                self._left = self._size()

    def clean(self, now: float) -> int:
        """Delete records that expired or were revoked more than `keep` seconds ago, consumed ones too.

        An approved device code that still waits for its poll expires like any other, but never before its time.
        Returns how many records went.
        """
        before = now - self.keep
        with self.lock:
            gone = sum(_drop(records, before) for records in self._expiring())
            busy = {id(token.session) for token in self._tokens()}
            idle = [key for key, s in self.sessions.items() if s.created_at <= before and id(s) not in busy]
            for session_id in idle:
                del self.sessions[session_id]
        return gone + len(idle)

    def forget(self) -> None:
        """Forget every record, as if nobody had ever signed in."""
        with self.lock:
            for records in (self.sessions, self.authentications, *self._expiring()):
                records.clear()

    def _size(self) -> int:
        """Return how many records cleaning has to look through."""
        return sum(map(len, self._expiring()))

    def copy_records(self) -> dict[str, Any]:
        """Return a copy of every table by its name; records that belong together do so in the copy."""
        with self.lock:
            tables = {name: dict(table) for name, table in vars(self).items() if isinstance(table, MutableMapping)}
            return copy.deepcopy(tables)

    def put_back(self, records: Mapping[str, Any]) -> None:
        """Have the records that `copy_records` returned, and no others."""
        with self.lock:
            for name, table in copy.deepcopy(dict(records)).items():
                getattr(self, name).clear()
                getattr(self, name).update(table)

    def _expiring(self) -> Iterator[MutableMapping[str, Any] | MutableMapping[tuple[str, str], Any]]:
        yield self.refresh_tokens
        yield self.access_tokens
        yield self.id_tokens
        yield self.device_codes
        yield self.authorization_codes
        yield self.pushed_requests
        yield self.sign_in_pages
        yield self.used_assertions

    def _tokens(self) -> Iterator[RefreshToken | AccessToken | IdToken]:
        yield from self.refresh_tokens.values()
        yield from self.access_tokens.values()
        yield from self.id_tokens.values()


def _drop(records: MutableMapping[Any, Any], before: float) -> int:
    dead = [key for key, record in records.items() if _is_dead(record, before)]
    for key in dead:
        del records[key]
    return len(dead)


def _is_dead(record: Expiring, before: float) -> bool:
    if record.expires_at <= before:
        return True
    if isinstance(record, AccessToken) and record.revoked_at is not None and record.revoked_at <= before:
        return True
    session = getattr(record, "session", None)
    return isinstance(session, Session) and session.ended_before(before)


def _letters(user_code: str) -> str:
    return "".join(filter(str.isalnum, user_code)).upper()

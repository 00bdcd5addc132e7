"""What the provider remembers: sessions, token families and codes, with one winner for everything used once.

Session          one sign-in: a person, a client, a scope; its refresh tokens are a family
  RefreshToken   one generation of the family; spent when the next one is minted
  AccessToken    known by value, so that opaque and signed ones are revoked alike
DeviceCode       pending -> approved or denied -> consumed (RFC 8628)
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Literal

DeviceStatus = Literal["pending", "approved", "denied", "consumed"]


@dataclass
class Session:
    """One sign-in and the family of refresh tokens that came of it."""

    id: str
    client_id: str
    subject: str
    scope: str
    created_at: float
    audience: str = ""
    nonce: str = ""
    generation: int = 0
    ended: str = ""
    """Why the session is over, or an empty string while it lives."""


@dataclass
class RefreshToken:
    """One generation of a family; `spent_at` is when the next one was minted."""

    value: str
    session: Session
    generation: int
    expires_at: float
    spent_at: float | None = None
    successor: dict[str, object] | None = None
    """The answer that spent it, for the reuse policy that gives the same answer again."""


@dataclass
class AccessToken:
    """An access token the provider accepts until it expires, is revoked or its session ends."""

    value: str
    session: Session
    expires_at: float
    scope: str
    revoked: bool = False


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
class Store:
    """All records of one provider. `lock` makes check-then-use one step: whoever holds it is the one winner."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    sessions: dict[str, Session] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    device_codes: dict[str, DeviceCode] = field(default_factory=dict)

    def new_session(self, client_id: str, subject: str, scope: str, now: float) -> Session:
        """Begin a session for `subject` at `client_id`."""
        session = Session(str(uuid.uuid4()), client_id, subject, scope, now)
        with self.lock:
            self.sessions[session.id] = session
        return session

    def end_session(self, session: Session, why: str) -> None:
        """End a session: every token of its family is worthless from now on."""
        with self.lock:
            session.ended = session.ended or why

    def by_user_code(self, user_code: str) -> DeviceCode | None:
        """The device authorization behind a typed code; case, blanks and dashes do not matter (RFC 8628 6.1)."""
        wanted = _letters(user_code)
        with self.lock:
            return next((d for d in self.device_codes.values() if _letters(d.user_code) == wanted), None)

    def live_access_token(self, value: str, now: float) -> AccessToken | None:
        """The access token behind `value`, unless it expired, was revoked or its session ended."""
        token = self.access_tokens.get(value)
        if token is None or token.revoked or token.session.ended or token.expires_at <= now:
            return None
        return token

    def clean(self, now: float, keep: float) -> int:
        """Let go of records that expired more than `keep` seconds ago, consumed and revoked ones too.

        An approved device code that still waits for its poll expires like any other, but never before its time.
        Returns how many records went.
        """
        with self.lock:
            before = now - keep
            gone = sum(_drop_expired(records, before) for records in self._expiring())
            live = {token.session.id for token in self._tokens()}
            for session_id in [key for key, s in self.sessions.items() if s.created_at <= before and key not in live]:
                del self.sessions[session_id]
                gone += 1
        return gone

    def _expiring(self) -> tuple[MutableMapping[str, RefreshToken], ...]:
        # The three kinds share `expires_at`, which is all that cleaning looks at.
        return (self.refresh_tokens, self.access_tokens, self.device_codes)  # type: ignore[return-value]

    def _tokens(self) -> Iterator[RefreshToken | AccessToken]:
        yield from self.refresh_tokens.values()
        yield from self.access_tokens.values()


def _drop_expired(records: MutableMapping[str, RefreshToken], before: float) -> int:
    expired = [value for value, record in records.items() if record.expires_at <= before]
    for value in expired:
        del records[value]
    return len(expired)


def _letters(user_code: str) -> str:
    return "".join(filter(str.isalnum, user_code)).upper()

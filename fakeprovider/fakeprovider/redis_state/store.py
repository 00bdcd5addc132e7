"""The store of a provider whose records are in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakeprovider.redis_state.encoding import OfDataclass, Plain
from fakeprovider.redis_state.records import Records
from fakeprovider.redis_state.turn import Turn
from fakeprovider.state.store import (
    AccessToken,
    AuthorizationCode,
    DeviceCode,
    IdToken,
    PushedRequest,
    RefreshToken,
    Session,
    SignInPage,
    Store,
    UsedAssertion,
)

if TYPE_CHECKING:
    from redis import Redis


class RedisStore(Store):
    """All records of one provider; the lock is the turn that all processes take."""

    def __init__(self, redis: Redis, turn: Turn, prefix: str) -> None:
        def records(name: str, kind: Any = None) -> Records[Any, Any]:
            encoding = Plain[object]() if kind is None else OfDataclass(kind, self.sessions)
            return Records(redis, turn, prefix + name, encoding, f"{prefix}sessions:expiry")

        # The encoding of everything else looks sessions up, that of a session its parent.
        self.sessions = Records(redis, turn, f"{prefix}sessions", OfDataclass(Session, _Parents(self)))
        super().__init__(
            lock=turn,
            sessions=self.sessions,
            refresh_tokens=records("refresh_tokens", RefreshToken),
            access_tokens=records("access_tokens", AccessToken),
            id_tokens=records("id_tokens", IdToken),
            device_codes=records("device_codes", DeviceCode),
            authorization_codes=records("authorization_codes", AuthorizationCode),
            pushed_requests=records("pushed_requests", PushedRequest),
            sign_in_pages=records("sign_in_pages", SignInPage),
            used_assertions=records("used_assertions", UsedAssertion),
            authentications=records("authentications"),
        )

    def clean(self, now: float) -> int:
        """Delete records that expired more than `keep` seconds ago, consumed and revoked ones too; return how many.

        What was revoked stays until it would have expired, since looking for it would mean to read everything.
        """
        before = now - self.keep
        with self.lock:
            of_sessions = self.sessions.expire(before) if isinstance(self.sessions, Records) else 0
            return of_sessions + sum(one.expire(before) for one in self._expiring() if isinstance(one, Records))


class _Parents:
    """Find the parents of sessions in a store that is being made."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: str, /) -> Session | None:
        """Return the session of that id, None where it is gone."""
        return self._store.sessions.get(key)

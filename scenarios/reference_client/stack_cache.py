"""Stack tokens on disk, one file for each issuer, profile and stack.

A convenience, never a condition: what cannot be read is a miss, and what cannot be written is logged at debug level.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from reference_client import atomic, clock, log
from reference_client.answers import is_seconds
from reference_client.session import Session, fingerprint, normalised

GRACE = 5.0
"""Seconds of life a cached token needs to have left."""


@dataclass(frozen=True)
class StackToken:
    """A cached token. Times are seconds since the epoch; `subject` is whose it is."""

    access_token: str = field(repr=False)
    expires_at: float
    stored_at: float
    subject: str | None

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read a cached token.

        Raises:
            ValueError: This is none.
        """
        document = json.loads(data)
        if not isinstance(document, dict):
            raise ValueError("not an object")
        access_token, expires_at, stored_at = (
            document.get(name) for name in ("access_token", "expires_at", "stored_at")
        )
        if not isinstance(access_token, str) or not is_seconds(expires_at) or not is_seconds(stored_at):
            raise ValueError("a member is missing or of the wrong type")
        return cls(access_token, expires_at, stored_at, document.get("subject"))


class StackCache:
    """The stack tokens of one issuer and profile, used for `ttl` seconds at most; 0 turns the cache off."""

    def __init__(self, directory: Path, issuer: str, profile: str, ttl: float) -> None:
        self._directory = directory / fingerprint(f"{normalised(issuer)}\n{profile}")[:32]
        self._ttl = ttl

    def load(self, stack: str, session: Session) -> str | None:
        """Return the cached access token for `stack`, if there is one to be used."""
        if not self.is_enabled():
            return None
        try:
            token = StackToken.from_json(atomic.read(self._file(stack)))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            log.debug("the cached stack token cannot be read: %s", type(error).__name__)
            return None
        return token.access_token if self.is_usable(token) and is_of(token, session) else None

    def save(self, stack: str, token: StackToken) -> None:
        """Cache `token`, if that is possible."""
        if not self.is_enabled():
            return
        try:
            atomic.write(self._file(stack), json.dumps(asdict(token)).encode())
        except OSError as error:
            log.debug("the stack token could not be cached: %s", error.strerror or type(error).__name__)

    def forget(self, stack: str) -> None:
        """Drop the token of `stack`: the API rejected it."""
        self._remove(self._file(stack))

    def clear(self) -> None:
        """Drop every token: somebody signed in or out."""
        for file in self._directory.glob("*") if self._directory.is_dir() else ():
            self._remove(file)
        for file in self._directory.glob(".*.tmp") if self._directory.is_dir() else ():
            self._remove(file)

    def is_enabled(self) -> bool:
        """Whether there is a cache at all."""
        return self._ttl > 0

    def is_usable(self, token: StackToken) -> bool:
        """Whether `token` lives long enough (`GRACE`) and was stored recently enough (the ttl)."""
        now = clock.now()
        return now < token.expires_at - GRACE and token.stored_at <= now + GRACE and now < token.stored_at + self._ttl

    def _file(self, stack: str) -> Path:
        return self._directory / f"{fingerprint(stack)[:32]}.json"

    def _remove(self, file: Path) -> None:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            log.debug("the cached stack token could not be removed: %s", error.strerror)


def is_of(token: StackToken, session: Session) -> bool:
    """Whether `token` belongs to the user of `session`."""
    return token.subject == session.subject

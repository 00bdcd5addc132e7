"""A session: who signed in where, with which tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

REFRESH_MARGIN = 5.0
"""Seconds before its expiry from which an access token is not used any more."""

LATEST = 1e15
"""Seconds since the epoch: 30 million years."""


def normalised(issuer: str) -> str:
    """Return `issuer` as it is compared and stored: a trailing slash makes no other provider."""
    return issuer.rstrip("/")


def fingerprint(secret: str) -> str:
    """Return what identifies `secret` without revealing it."""
    import hashlib  # 3 ms that only poisoned sessions and stack tokens cost

    return hashlib.sha256(secret.encode()).hexdigest()


def is_time(seconds: float) -> bool:
    """Whether `seconds` since the epoch can be compared with a clock: finite, and no more than a float holds."""
    try:
        return -LATEST < float(seconds) < LATEST
    except OverflowError:
        return False


@dataclass(frozen=True)
class Session:
    """One sign-in. Members that other versions wrote and this one does not know are kept in `unknown`.

    Only `access_token` is required: everything else may be missing from sessions stored by older versions.
    Times are seconds since the epoch.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    token_type: str = "Bearer"  # a type, not a secret
    expires_at: float | None = None
    scope: str | None = None
    issuer: str | None = None
    client_id: str | None = None
    method: str | None = None
    subject: str | None = None
    name: str | None = None
    session_id: str | None = None
    generation: int | None = None
    rejected_refresh_token: str | None = field(default=None, repr=False)
    unknown: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Read a stored session.

        Raises:
            ValueError: A member has the wrong type; the text names it.
        """
        known = {name: document[name] for name in _KINDS if document.get(name) is not None}
        if "access_token" not in known:
            raise ValueError("access_token is missing")
        for name, value in known.items():
            if not isinstance(value, _KINDS[name]) or isinstance(value, bool):
                raise ValueError(f"{name} has the wrong type")
        if not is_time(known.get("expires_at", 0)):
            raise ValueError("expires_at is no time")
        if not (known["access_token"].isascii() and known["access_token"].isprintable()):
            raise ValueError("access_token is damaged")  # it would not fit into a header
        return cls(**known, unknown={name: value for name, value in document.items() if name not in _KINDS})

    def to_dict(self) -> dict[str, Any]:
        """Return what is stored: the unknown members as they came, and the known ones that have a value."""
        known = {name: getattr(self, name) for name in _KINDS}
        return {**self.unknown, **{name: value for name, value in known.items() if value is not None}}

    def is_due(self, now: float) -> bool:
        """Whether the access token has expired or is about to (`REFRESH_MARGIN`). Unknown expiry is not due."""
        return self.expires_at is not None and now >= self.expires_at - REFRESH_MARGIN

    def is_poisoned(self) -> bool:
        """Whether the provider rejected this very refresh token for good.

        Keyed to the token, so other credentials in the same place are not poisoned by what happened to these.
        """
        if self.refresh_token is None or self.rejected_refresh_token is None:
            return False
        return self.rejected_refresh_token == fingerprint(self.refresh_token)

    def poisoned(self) -> Self:
        """Return this session, remembering that its refresh token was rejected for good."""
        return replace(self, rejected_refresh_token=fingerprint(self.refresh_token or ""))


_NUMBERS: dict[str, type | tuple[type, ...]] = {"expires_at": (int, float), "generation": int}
_KINDS = {one.name: _NUMBERS.get(one.name, str) for one in fields(Session) if one.name != "unknown"}

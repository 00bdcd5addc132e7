"""The token endpoint: what is asked with which form, and what a successful answer holds (RFC 6749 5.1)."""

from dataclasses import dataclass, field
from typing import Any

from reference_client import answers, clock, jose, messages
from reference_client.answers import Answer
from reference_client.errors import BrokenAnswerError, InvalidTokenError
from reference_client.session import is_time

DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
JWT_BEARER_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
REFRESH_GRANT = "refresh_token"

LONGEST_LIFE = 1e10
"""Seconds, 300 years: a token that is said to live longer does not expire before its owner either."""


@dataclass(frozen=True)
class Tokens:
    """A successful answer. `expires_at` is in seconds since the epoch."""

    access_token: str = field(repr=False)
    token_type: str
    expires_at: float | None
    refresh_token: str | None = field(repr=False)
    id_token: str | None = field(repr=False)
    scope: str | None
    session_id: str | None
    generation: int | None


def tokens(answer: Answer, what: str) -> Tokens:
    """Read the tokens out of an answer; `what` says in words what was asked.

    Raises:
        BrokenAnswerError: It is no success: another status, no JSON object, an error in disguise, a required member
            missing, a member of the wrong type, a token type we do not understand (RFC 6749 7.1).
    """
    members = answers.document(answer, what)
    if members.get("error"):
        raise BrokenAnswerError(f"{what}: the provider answered HTTP 200 with an error in it")
    access_token = _text(members, "access_token", what)
    if not access_token:
        raise BrokenAnswerError(f"{what}: the provider's answer has no access_token")
    token_type = _text(members, "token_type", what) or "Bearer"
    if token_type.lower() != "bearer":
        raise BrokenAnswerError(f"{what}: the provider's answer has a token_type other than Bearer")
    return Tokens(
        access_token=access_token,
        token_type=token_type,
        expires_at=_expiry(members, access_token),
        refresh_token=_text(members, "refresh_token", what) if members.get("refresh_token") != "" else None,
        id_token=_text(members, "id_token", what),
        scope=_text(members, "scope", what),
        session_id=_extension(members, "session_id", str),
        generation=_extension(members, "generation", int),
    )


def _text(members: dict[str, Any], name: str, what: str) -> str | None:
    value = members.get(name)
    if value is not None and (not isinstance(value, str) or not is_visible(value)):
        raise _wrong(name, what)
    return value


def is_visible(text: str) -> bool:
    """Whether `text` is made of what tokens are made of: visible ASCII, at least one (RFC 6749 appendix A)."""
    return text != "" and text.isascii() and text.isprintable()


def _expiry(members: dict[str, Any], access_token: str) -> float | None:
    """Return when the access token expires: as the answer says, else as the token says, else unknown.

    A lifetime that cannot be read is none: to refuse the answer for it would lose the refresh token that came with it.
    """
    lifetime = members.get("expires_in")
    if not answers.is_seconds(lifetime):
        return claimed_expiry(access_token)
    return clock.now() + min(float(lifetime), LONGEST_LIFE)


def claimed_expiry(token: str) -> float | None:
    """Return the expiry that `token` claims for itself; None when it claims none, or is no JWT."""
    try:
        _, claims = jose.read(token)
    except InvalidTokenError:
        return None
    expiry = claims.get("exp")
    return float(expiry) if answers.is_seconds(expiry) and is_time(expiry) else None


def _extension(members: dict[str, Any], name: str, kind: type) -> Any:
    """Return a member that no standard requires; an odd one is not worth losing a session for."""
    value = members.get(name)
    if isinstance(value, str) and messages.printable(value) != value:
        return None  # it is shown to people
    return value if isinstance(value, kind) and not isinstance(value, bool) else None


def _wrong(name: str, what: str) -> BrokenAnswerError:
    return BrokenAnswerError(f"{what}: {name} in the provider's answer has the wrong type")

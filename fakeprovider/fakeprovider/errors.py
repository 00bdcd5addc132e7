"""The exceptions of this package, and the words that all of their messages share.

ProviderError            anything this package raises at its user
  SettingError           a constructor argument, a setting of a provider or of a fault that is not accepted
  PluginError            a dialect or fault of another distribution is broken
  FaultNotMet            a fault was armed and never acted on anything
OAuthError               becomes an error response to the client; never leaves the provider
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

_LONGEST: Final = 800


class ProviderError(Exception):
    """Base of every error this package raises at the person using it."""


class SettingError(ProviderError, ValueError):
    """A setting has a name or a value that is not accepted; the message says what is."""


class PluginError(ProviderError):
    """A distribution that offers dialects or faults is broken; the message names it."""


class FaultNotMet(ProviderError, AssertionError):  # noqa: N818 - it says what happened, as pytest's own outcomes do
    """A fault was armed and never acted on anything, so the test that armed it proved nothing."""


class OAuthError(Exception):
    """Reject a request: the dialect turns it into an error response (RFC 6749 5.2, RFC 8628 3.5, RFC 6750 3.1).

    `code` is the standard error code, `description` says what arrived, what was expected and why, `status` is the
    HTTP status, `extra` are further members of the body, `headers` further headers. `reason` names the exact cause
    where a code covers several (`refresh_token_expired`), for dialects that have a code or wording of their own for it.
    """

    def __init__(
        self,
        code: str,
        description: str,
        status: int = 400,
        *,
        extra: Mapping[str, object] | None = None,
        headers: Iterable[tuple[str, str]] = (),
        reason: str = "",
    ) -> None:
        self.code = code
        self.description = _printable(description)
        super().__init__(f"{code}: {self.description}")
        self.status = status
        self.extra = dict(extra or {})
        self.headers = list(headers)
        self.reason = reason


def _printable(description: str) -> str:
    """Return the description in the characters that RFC 6749 5.2 allows, cut after `_LONGEST` of them."""
    shortened = description if len(description) <= _LONGEST else f"{description[:_LONGEST]}..."
    plain = shortened.replace('"', "'").replace("\\", "/")
    return "".join(letter if " " <= letter <= "~" else "?" for letter in plain)


def choose(what: str, value: object, accepted: Iterable[str]) -> str:
    """Return `value` if it is one of `accepted`, or raise a `SettingError` that names all of them."""
    names = sorted(accepted)
    if isinstance(value, str) and value in names:
        return value
    raise SettingError(f"{what}: {value!r} is not one of {', '.join(map(repr, names))}.{suggestion(value, names)}")


def suggestion(name: object, accepted: Iterable[str]) -> str:
    """Return `" Did you mean 'token'?"` for the one of `accepted` that is closest to `name`, or "" if none is close.

    It is meant to be appended to an error message. A `name` that is no text is close to nothing.
    """
    close = close_match(name, accepted) if isinstance(name, str) else ""
    return f" Did you mean {close!r}?" if close else ""


def close_match(name: str, accepted: Iterable[str]) -> str:
    """Return the one of `accepted` that is closest to `name`, or "" if none is close."""
    return next(iter(difflib.get_close_matches(name, list(accepted), n=1)), "")

"""Errors: what the provider tells a client, and what it tells the person who configured it.

ProviderError            anything this package raises at its user
  SettingError           a constructor argument or knob with a value that means nothing
  PluginError            a dialect or fault of another distribution is broken
  FaultNotMet            a fault was armed and nothing ever met it
OAuthError               becomes an error answer to the client; never leaves the provider
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

_LONGEST: Final = 800


class ProviderError(Exception):
    """Base of every error this package raises at the person using it."""


class SettingError(ProviderError, ValueError):
    """A setting arrived with a name or value that means nothing; the message lists what is accepted."""


class PluginError(ProviderError):
    """A distribution that offers dialects or faults is broken; the message names it."""


class FaultNotMet(ProviderError, AssertionError):  # noqa: N818 - it says what happened, as pytest's own outcomes do
    """A fault was armed and nothing ever met it: the test proved nothing."""


class OAuthError(Exception):
    """An error answer in the making (RFC 6749 5.2, RFC 8628 3.5, RFC 6750 3.1).

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
    """Return the description in the characters RFC 6749 5.2 allows, and not longer than anybody reads."""
    shortened = description if len(description) <= _LONGEST else f"{description[:_LONGEST]}..."
    plain = shortened.replace('"', "'").replace("\\", "/")
    return "".join(letter if " " <= letter <= "~" else "?" for letter in plain)


def choose(what: str, value: object, accepted: Iterable[str]) -> str:
    """Return `value` if it is one of `accepted`, or raise a `SettingError` that names all of them."""
    names = sorted(accepted)
    if isinstance(value, str) and value in names:
        return value
    close = difflib.get_close_matches(value, names, n=1) if isinstance(value, str) else []
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise SettingError(f"{what}: {value!r} is not one of {', '.join(map(repr, names))}.{hint}")

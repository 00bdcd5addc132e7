"""Every secret a provider ever minted: what makes leak checks and the search for credential files generic."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass

USER_CODE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, nothing that is mistaken for something else (RFC 8628 6.1)."""


@dataclass(frozen=True)
class Secret:
    """One minted secret: `kind` is its name in the protocol (`refresh_token`, `device_code`, ...)."""

    kind: str
    value: str


class Secrets:
    """The secrets of one provider, in the order they were minted; `kinds` is where their kinds are kept, by value."""

    def __init__(self, kinds: MutableMapping[str, str] | None = None) -> None:
        self._kinds: MutableMapping[str, str] = {} if kinds is None else kinds

    def __iter__(self) -> Iterator[Secret]:
        """Yield every secret ever minted, oldest first."""
        return (Secret(kind, value) for value, kind in list(self._kinds.items()))

    def __len__(self) -> int:
        return len(self._kinds)

    def __contains__(self, value: object) -> bool:
        return value in self._kinds

    def kind_of(self, value: str) -> str:
        """Return the kind of a minted value, or an empty string for one that never came from here."""
        return self._kinds.get(value, "")

    def keep(self, kind: str, value: str) -> str:
        """Remember `value` as a secret of that kind and return it."""
        self._kinds[value] = kind
        return value

    def forget(self) -> None:
        """Forget every secret."""
        self._kinds.clear()

    def mint(self, kind: str, prefix: str = "") -> str:
        """Return a new random URL-safe secret of 256 bits, remembered as `kind`."""
        return self.keep(kind, prefix + secrets.token_urlsafe(32))

    def mint_user_code(self) -> str:
        """Return a code that a person can type (RFC 8628 6.1), as in `WDJB-MJHT`."""
        letters = "".join(secrets.choice(USER_CODE_ALPHABET) for _ in range(8))
        return self.keep("user_code", f"{letters[:4]}-{letters[4:]}")

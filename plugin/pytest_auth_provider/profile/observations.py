"""What can be observed of a client: each observation by its name, the values it can have, and their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

OBSERVATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    # How a login gets tokens: RFC 8628, RFC 6749 4.1 with a redirect or a code that is pasted, RFC 6749 4.4, another
    # grant; without a request to the token endpoint of its own.
    "sign_in": ("device", "browser", "pasted", "client_credentials", "other", "none"),
    "pkce": ("S256", "plain", "no"),  # RFC 7636, of a sign-in through the browser
    "registers": ("yes", "no"),  # dynamic registration at the first sign-in (RFC 7591)
    "discovers": ("login", "use", "refresh", "never"),  # when it asks for the discovery document
    "signed_out_use": ("fails", "succeeds", "signs_in"),  # what `use` does before any login
    "use": ("calls", "polls"),  # whether `use` calls the API with its token
    "expired": ("refreshes", "after_401", "signs_in", "nothing"),  # what `use` does about a token that has expired
    "rejected": ("refreshes", "signs_in", "nothing"),  # and about a 401 for a token it believes in
    "refused": ("signs_in", "asks", "fails", "goes_on"),  # and about a lasting `invalid_grant` for its refresh token
    "zero_lifetime": ("expired", "never_expires", "fails"),  # what it makes of `expires_in: 0`
    "logout": ("revokes", "ends_session", "local"),  # what `logout` asks of the provider
    "store": ("access_token", "refresh_token", "unreadable", "nothing"),  # what shows in its files after a login
    "clock": ("freezegun", "python", "faketime", "tokens"),  # how its clock can be moved; `tokens`: not at all
    "built_in_hosts": (),  # the hosts a login tries where no variable points it at the provider
}
"""Observation -> the values it can have; an empty tuple means any text."""


@dataclass(frozen=True)
class Observation:
    """One thing that was observed of a client."""

    values: tuple[str, ...]
    """Its values, as in `device`; none where it could not be learned."""
    seen: str
    """What was seen, in a sentence, or why it was not learned."""

    @classmethod
    def of(cls, value: str, seen: str) -> Observation:
        """Return an observation with one value."""
        return cls((value,), seen)

    @classmethod
    def not_learned(cls, why: str) -> Observation:
        """Return an observation that says why nothing was learned."""
        return cls((), f"not learned: {why}")

    @property
    def learned(self) -> bool:
        """Whether anything was learned."""
        return bool(self.values)

    def __contains__(self, value: object) -> bool:
        """Return whether `value` is among the values."""
        return value in self.values

    def __str__(self) -> str:
        return ", ".join(self.values).replace("_", " ")


def check_asked(asked: Mapping[str, str]) -> None:
    """Raise `ValueError` for an observation that does not exist, or a value that it cannot have."""
    for name, value in asked.items():
        if name not in OBSERVATIONS:
            raise ValueError(f"there is no observation {name!r}; there are: {', '.join(OBSERVATIONS)}")
        if OBSERVATIONS[name] and value not in OBSERVATIONS[name]:
            raise ValueError(f"{name} is never {value!r}; it is one of {', '.join(OBSERVATIONS[name])}")

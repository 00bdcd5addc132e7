"""Tokens without a flow: what a test puts into a client's store before the client runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.errors import OAuthError, SettingError
from fakeprovider.issuing import Terms, issue
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.people import Person
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class Issued:
    """What a sign-in gave a client; a member that was not issued is empty.

    `members` is the whole token answer as the dialect words it, `expires_at` and `issued_at` are seconds since the
    epoch by the provider's clock.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    id_token: str = field(repr=False)
    session_id: str
    generation: int
    issued_at: float
    expires_at: float
    members: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True)
class Directly:
    """The occasion of tokens that no request asked for: no fault touches them."""

    provider: Provider
    at: float

    def sign(self, draft: TokenDraft) -> str:
        """Sign a token as it is, and remember it as a secret."""
        return self.provider.secrets.keep(draft.kind, draft.sign())


def issue_directly(
    provider: Provider, client_id: str, person: Person, scope: str, audience: tuple[str, ...], terms: Terms
) -> Issued:
    """Begin a session and mint its first tokens; see `Provider.issue`."""
    for name, seconds in (("expires_in", terms.access_token_lifetime), ("refresh_in", terms.refresh_token_lifetime)):
        _check_seconds(name, seconds)
    now = provider.clock.now()
    provider.people.add(person)
    with provider.store.lock:
        session = provider.store.new_session(client_id, person.sub, scope, now)
        session.audience = audience
        try:
            members = issue(Directly(provider, now), session, terms)
        except OAuthError as error:
            raise SettingError(f"issue(): {error.description}") from None
    # By kind and not by name: a dialect may call its members otherwise.
    values = [value for value in members.values() if isinstance(value, str)]
    tokens = {
        kind: next((value for value in values if provider.secrets.kind_of(value) == kind), "")
        for kind in ("access_token", "refresh_token", "id_token")
    }
    lifetime = provider.access_token_lifetime if terms.access_token_lifetime is None else terms.access_token_lifetime
    return Issued(
        **tokens,
        session_id=session.id,
        generation=session.generation,
        issued_at=now,
        expires_at=now + lifetime,
        members=members,
    )


def _check_seconds(name: str, seconds: object) -> None:
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float)):
        raise SettingError(f"issue() {name}: expected seconds as a number (below 0: long expired), got {seconds!r}")

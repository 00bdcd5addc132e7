"""Issuing tokens: from an approved sign-in to the members of a token response."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from fakeprovider.errors import OAuthError, SettingError
from fakeprovider.journal.journal import shared
from fakeprovider.state.clock import whole
from fakeprovider.state.store import AccessToken, IdToken, RefreshToken, Session
from fakeprovider.tokens.draft import TokenDraft, half_hash
from fakeprovider.tokens.keys import SigningKey, shared_key
from fakeprovider.vocabulary import SECRET_ALGORITHMS

if TYPE_CHECKING:
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.state.users import Person


class IssueContext(Protocol):
    """What tokens are issued for: a request (`Call`), or a test that asks for them without one (`OfflineIssue`)."""

    @property
    def provider(self) -> ProviderState:
        """The provider that issues the tokens."""

    @property
    def at(self) -> float:
        """The time of issue by the provider's clock, in seconds since the epoch."""

    def sign(self, draft: TokenDraft) -> str:
        """Sign a token, and remember it as a secret."""


@dataclass(frozen=True)
class IssueOptions:
    """What one token response holds, beyond what its session says.

    `scope` narrows the access token (RFC 6749 6), `audience` replaces the resources it is for (RFC 8707), `actor` is
    who acts for the subject (RFC 8693 4.1), `nonce` goes into the id token. `access`, `refresh` and `identity` say
    whether the answer may hold an access token, a refresh token and an id token at all. The lifetimes are seconds; None
    for what the provider says.
    """

    scope: str = ""
    audience: tuple[str, ...] = ()
    actor: str = ""
    nonce: str = ""
    access: bool = True
    refresh: bool = True
    identity: bool = True
    access_token_lifetime: float | None = None
    refresh_token_lifetime: float | None = None


def issue(on: IssueContext, session: Session, terms: IssueOptions = IssueOptions()) -> dict[str, object]:
    """Mint the next tokens of `session` and return the members of the token answer (RFC 6749 5.1)."""
    provider = on.provider
    # Whoever cleans the store meanwhile must not find it changing.
    with provider.store.lock:
        provider.store.tidy(on.at)
        scope = terms.scope or session.scope
        members: dict[str, object] = {}
        access = _access_token(on, session, terms, scope) if terms.access else ""
        if access:
            lifetime = whole(_access_token_lifetime(provider, terms))
            members = {"access_token": access, "token_type": "Bearer", "expires_in": lifetime}
        if terms.refresh and _may_refresh(on, session):
            members["refresh_token"] = _refresh_token(on, session, terms)
        if terms.identity and "openid" in scope.split() and session.subject in provider.people:
            members["id_token"] = _id_token(on, session, terms, access)
        if scope and access:
            members["scope"] = scope
    return provider.dialect.token_members(members, session, provider)


def _access_token_lifetime(provider: ProviderState, terms: IssueOptions) -> float:
    return provider.access_token_lifetime if terms.access_token_lifetime is None else terms.access_token_lifetime


def _may_refresh(on: IssueContext, session: Session) -> bool:
    # A family that has a generation already goes on, whatever the knob says by now.
    always = on.provider.refresh_tokens == "always"
    return always or session.generation > 0 or "offline_access" in session.scope.split()


def _access_token(on: IssueContext, session: Session, terms: IssueOptions, scope: str) -> str:
    provider = on.provider
    now = provider.clock.now()
    expires_at = now + _access_token_lifetime(provider, terms)
    audience = terms.audience or session.audience or shared((provider.api,))
    if provider.access_token_format == "opaque":
        value = provider.secrets.mint("access_token")
    else:
        claims: dict[str, object] = {
            "iss": provider.issuer,
            "aud": audience[0] if len(audience) == 1 else list(audience),
            "sub": session.subject,
            "client_id": session.client_id,
            "iat": int(now),
            "exp": int(expires_at),
            "jti": str(uuid.uuid4()),
        }
        if scope:
            claims["scope"] = scope
        if terms.actor:
            claims["act"] = {"sub": terms.actor}
        claims = provider.dialect.claims("access_token", claims, session, provider)
        media_type = provider.dialect.access_token_type
        value = on.sign(TokenDraft.of("access_token", claims, provider.keys.active, media_type))
    provider.store.access_tokens[value] = AccessToken(value, session, expires_at, scope, audience)
    return value


def _refresh_token(on: IssueContext, session: Session, terms: IssueOptions) -> str:
    provider = on.provider
    value = provider.secrets.mint("refresh_token")
    session.generation += 1
    lifetime = provider.refresh_token_lifetime if terms.refresh_token_lifetime is None else terms.refresh_token_lifetime
    expires_at = provider.clock.now() + lifetime
    provider.store.refresh_tokens[value] = RefreshToken(value, session, session.generation, expires_at)
    return value


def _id_token(on: IssueContext, session: Session, terms: IssueOptions, access_token: str) -> str:
    provider = on.provider
    now = provider.clock.now()
    key = _id_token_key(provider, session.client_id)
    expires_at = now + provider.id_token_lifetime
    claims: dict[str, object] = {
        **provider.people[session.subject].claims(),
        "iss": provider.issuer,
        "aud": session.client_id,
        "azp": session.client_id,
        "iat": int(now),
        "exp": int(expires_at),
        "auth_time": int(session.auth_time),
    }
    if access_token:
        claims["at_hash"] = half_hash(access_token, key.algorithm)
    if terms.nonce:
        claims["nonce"] = terms.nonce
    claims = provider.dialect.claims("id_token", claims, session, provider)
    value = on.sign(TokenDraft.of("id_token", claims, key))
    provider.store.id_tokens[value] = IdToken(value, session, expires_at)
    return value


def _id_token_key(provider: ProviderState, client_id: str) -> SigningKey:
    if provider.algorithm not in SECRET_ALGORITHMS:
        return provider.keys.active
    secret = provider.clients[client_id].secret if client_id in provider.clients else ""
    if not secret:
        story = f"id tokens are signed {provider.algorithm} with the client's secret, and client {client_id!r} has none"
        raise OAuthError("unauthorized_client", f"{story} (OIDC Core 10.1)")
    return shared_key(secret, provider.algorithm)


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
class OfflineIssue:
    """The context of tokens that no request asked for: no fault applies to them."""

    provider: ProviderState
    at: float

    def sign(self, draft: TokenDraft) -> str:
        """Sign a token as it is, and remember it as a secret."""
        return self.provider.secrets.keep(draft.kind, draft.sign())


def issue_directly(
    provider: ProviderState, client_id: str, person: Person, scope: str, audience: tuple[str, ...], terms: IssueOptions
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
            members = issue(OfflineIssue(provider, now), session, terms)
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

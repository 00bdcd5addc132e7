"""What the control API answers.

The names of these models and their docstrings are part of the OpenAPI document.
"""

from __future__ import annotations

import base64
import inspect
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from fakeprovider.faults.armed import ArmedFault
from fakeprovider.faults.base import Fault
from fakeprovider.faults.manual import written_default
from fakeprovider.journal import Exchange
from fakeprovider.provider import Provider
from fakeprovider.state.clients import ClientRecord
from fakeprovider.state.store import RefreshToken, Session
from fakeprovider.state.users import Decision, Person
from fakeprovider.validation import in_words, settings_of

Pair = tuple[str, str]


class Problem(BaseModel):
    """Why a request failed: everything in words, and field by field."""

    error: str
    fields: dict[str, str] = {}


class IssuerView(BaseModel):
    """One provider: where its endpoints are, and where it is controlled."""

    issuer: str
    dialect: str
    endpoints: dict[str, str] = Field(description="Absolute URLs by name")
    api: str = Field(description="Base URL of the protected resource")
    ca_file: str | None = Field(description="The authority that clients must trust, on this machine")
    control: str
    console: str = Field(description="The page for people at a browser")

    @classmethod
    def of(cls, provider: Provider, control: str) -> Self:
        """Describe `provider`, whose control API is at the URL `control`."""
        ca_file = str(provider.ca_file) if provider.ca_file else None
        return cls(
            issuer=provider.issuer,
            dialect=provider.dialect.name,
            endpoints={name: provider.url(name) for name in (*provider.dialect.paths, "resource_metadata")},
            api=provider.api,
            ca_file=ca_file,
            control=control,
            console=f"{control}/console",
        )


class Overview(IssuerView):
    """The provider that is controlled here, and those beside it."""

    version: str
    operations: list[str] = Field(description="Everything this API can do")
    issuers: list[IssuerView] = Field(description="Every provider behind this socket")
    crashes: list[str] = Field(description="What the provider itself raised while it answered: its own bugs")


class UserView(BaseModel):
    """One account."""

    sub: str
    name: str
    email: str
    preferred_username: str
    claims: dict[str, Any]

    @classmethod
    def of(cls, person: Person) -> Self:
        """Describe the account of `person`."""
        return cls(
            sub=person.sub,
            name=person.name,
            email=person.email,
            preferred_username=person.preferred_username,
            claims=dict(person.extra),
        )


class BrowserView(BaseModel):
    """Who signs in at the browser, and what they decide."""

    person: UserView
    decision: Decision
    steps: list[str] = Field(description="What is left of the script for polls")


class ClientView(BaseModel):
    """One registered client."""

    client_id: str
    secret: str
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
    method: str | None
    jwks: dict[str, Any] | None
    native: bool
    name: str

    @classmethod
    def of(cls, record: ClientRecord) -> Self:
        """Describe the client of `record`."""
        members = {name: getattr(record, name) for name in cls.model_fields}
        for name in ("redirect_uris", "post_logout_redirect_uris"):
            members[name] = list(members[name])
        return cls(**members)


class ArmedView(BaseModel):
    """One fault, or sequence of faults, in force or disarmed."""

    id: int | None = Field(description="For DELETE; null for what was armed in Python, which only Python disarms")
    text: str
    armed: bool
    seen: int = Field(description="How many requests were aimed at")
    fired: int = Field(description="How many were touched")
    never_met: list[str] = Field(description="Faults that have touched nothing so far")
    message: str = Field(description="Once disarmed: why it proves nothing, or '' where all is well")

    @classmethod
    def of(cls, armed: ArmedFault, number: int | None = None, *, in_force: bool = True, message: str = "") -> Self:
        """Describe `armed`; `number` is its id where it was armed over HTTP."""
        return cls(
            id=number,
            text=repr(armed),
            armed=in_force,
            seen=armed.seen,
            fired=armed.fired,
            never_met=[repr(fault) for fault in armed.unmet],
            message=message,
        )


class SettingView(BaseModel):
    """One setting of a fault."""

    name: str
    accepts: str
    required: bool
    default: str | None = Field(description="As it is written; null where it has to be given")

    @classmethod
    def of(cls, fault: type[Fault], name: str, hint: object) -> Self:
        """Describe the setting `name` of `fault`, whose annotation is `hint`."""
        default = written_default(fault, name)
        return cls(name=name, accepts=in_words(hint), required=not default, default=default or None)


class FaultView(BaseModel):
    """One fault of the catalogue."""

    name: str
    seam: str
    documentation: str
    whole_provider: bool = Field(description="Whether it needs `seconds` here, and no aim")
    endpoints: list[str] = Field(description="Where it can be aimed; none for everywhere")
    settings: list[SettingView]

    @classmethod
    def of(cls, fault: type[Fault]) -> Self:
        """Describe `fault` as the catalogue does."""
        return cls(
            name=fault.__name__,
            seam=fault.seam,
            documentation=inspect.getdoc(fault) or "",
            whole_provider=fault.whole_provider,
            endpoints=list(fault.endpoints),
            settings=[SettingView.of(fault, name, hint) for name, hint in settings_of(fault).items()],
        )


class ClockView(BaseModel):
    """What time it is for the provider."""

    now: float = Field(description="Seconds since the epoch")
    advanced: float = Field(description="How far ahead of this machine's clock, in seconds")


class KeysView(BaseModel):
    """The key that signs, and the published keys."""

    signs: str = Field(description="The kid that signs now")
    algorithm: str
    jwks: dict[str, Any]


class Generation(BaseModel):
    """One refresh token of a family, without its value."""

    generation: int
    expires_at: float
    spent_at: float | None

    @classmethod
    def of(cls, token: RefreshToken) -> Self:
        """Describe `token`."""
        return cls(generation=token.generation, expires_at=token.expires_at, spent_at=token.spent_at)


class SessionView(BaseModel):
    """One sign-in and the family of refresh tokens that came of it."""

    id: str
    client_id: str
    sub: str
    scope: str
    created_at: float
    generation: int = Field(description="The newest generation; 0 where there is no refresh token")
    parent: str | None = Field(description="The session it was exchanged from, and ends with")
    ended: str = Field(description="Why it is over, or '' while it lives")
    family: list[Generation]

    @classmethod
    def of(cls, session: Session, family: list[RefreshToken]) -> Self:
        """Describe `session` and the refresh tokens of its family, oldest first."""
        return cls(
            id=session.id,
            client_id=session.client_id,
            sub=session.subject,
            scope=session.scope,
            created_at=session.created_at,
            generation=session.generation,
            parent=session.parent.id if session.parent else None,
            ended=session.ended,
            family=[Generation.of(token) for token in family],
        )


class IssuedView(BaseModel):
    """Tokens for a client's store; one that was not issued is empty."""

    access_token: str
    refresh_token: str
    id_token: str
    session_id: str
    generation: int
    issued_at: float
    expires_at: float
    members: dict[str, Any] = Field(description="The whole token answer as the dialect words it")


class SecretView(BaseModel):
    """One secret the provider minted: what must not turn up in output, logs or argv."""

    kind: str
    value: str


class Content(BaseModel):
    """A body: text as it is, anything else as base64."""

    text: str
    encoding: Literal["utf-8", "base64"]

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Decode `body` where it is UTF-8, else encode it as base64."""
        try:
            return cls(text=body.decode(), encoding="utf-8")
        except UnicodeDecodeError:
            return cls(text=base64.b64encode(body).decode(), encoding="base64")


class ExchangeView(BaseModel):
    """One request the provider received and what it answered. It holds every secret that went over the wire."""

    number: int
    endpoint: str = Field(description="'' where no route matched")
    grant: str
    client_id: str
    method: str
    path: str
    scheme: str
    request_headers: list[Pair]
    request_body: Content
    form: dict[str, str]
    status: int = Field(description="0 where nothing was answered")
    response_headers: list[Pair]
    response_body: Content
    note: str = Field(description="Why the provider rejected it, in words")
    faults: list[str]
    at: float = Field(description="By the provider's clock, seconds since the epoch")
    seconds: float = Field(description="How long the answer took")
    line: str = Field(description="All of it on one line, for people")

    @classmethod
    def of(cls, exchange: Exchange) -> Self:
        """Describe `exchange`."""
        taken = ("number", "endpoint", "grant", "client_id", "method", "path", "scheme", "status", "note", "at")
        return cls(
            **{name: getattr(exchange, name) for name in taken},
            request_headers=list(exchange.request_headers),
            request_body=Content.of(exchange.request_body),
            form=dict(exchange.form),
            response_headers=list(exchange.response_headers),
            response_body=Content.of(exchange.response_body),
            faults=list(exchange.faults),
            seconds=exchange.seconds,
            line=exchange.line,
        )


class JournalView(BaseModel):
    """The exchanges that matched, in the order of arrival."""

    mark: int = Field(description="The place in the journal right now, for `since`")
    dropped: int = Field(description="How many older ones were let go")
    exchanges: list[ExchangeView]


class MarkView(BaseModel):
    """A place in the journal, for `since`."""

    mark: int


class DialectView(BaseModel):
    """One provider family that can be imitated."""

    name: str
    documentation: str


class HarView(BaseModel):
    """An HTTP Archive 1.2."""

    log: dict[str, Any]

"""What is sent to the control API: bodies, then queries.

Every member of a body is checked strictly: "5" is not 5, and an unknown name is refused. The names of these models and
their docstrings are part of the OpenAPI document.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, Literal, Self, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    WithJsonSchema,
    create_model,
    model_validator,
)

from fakeprovider.settings import CHECKS, Knobs
from fakeprovider.state.clients import ClientRecord, Method
from fakeprovider.state.users import Decision
from fakeprovider.vocabulary import ALGORITHMS, ENDPOINTS, GRANT_TYPES, SECRET_ALGORITHMS

LONGEST_WAIT: Final = 60.0  # seconds, as are those below
LONGEST_DOWN: Final = 600.0
A_CENTURY: Final = 100 * 365 * 86400.0

Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Claims = dict[str, JsonValue]


class Body(BaseModel):
    """A JSON object in which every member has to be known."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class NewUser(Body):
    """A new account; what is left out is invented, the same in every run."""

    sub: Text | None = None
    name: Text | None = None
    email: Text | None = None
    preferred_username: Text | None = None
    claims: Claims = Field(default_factory=dict, description="Further claims of userinfo and id tokens")

    def given(self) -> dict[str, Any]:
        """Return the members that were sent, as keywords of `People.new`."""
        return {**self.claims, **self.model_dump(exclude={"claims"}, exclude_none=True)}


class UserChange(Body):
    """What the person at the browser does from now on; what is left out stays as it is."""

    person: Text | None = Field(None, description="Who signs in, by sub, email or user name")
    decision: Decision | None = None


class Polls(Body):
    """What the next polls of device clients are answered, one step a poll."""

    steps: list[Literal["pending", "slow_down", "approve", "deny", "expire"]] = Field(max_length=1000)


class NewClient(Body):
    """A client to register, in place of one with the same id."""

    client_id: Text
    secret: str = ""
    redirect_uris: list[str] = Field(default_factory=list)
    post_logout_redirect_uris: list[str] = Field(default_factory=list)
    method: Method | None = Field(None, description="The one way it authenticates; any that fits when left out")
    jwks: dict[str, JsonValue] | None = None
    native: bool = False
    name: str = ""

    def record(self) -> ClientRecord:
        """Return the record that the provider keeps of this client."""
        members: dict[str, Any] = self.model_dump()
        for name in ("redirect_uris", "post_logout_redirect_uris"):
            members[name] = tuple(members[name])
        return ClientRecord(**members)


class FaultCall(Body):
    """One fault: written as text, or its name and its settings."""

    fault: Text = Field(description="A name, as in `ServerError`, or the whole call, as in `ServerError(503)`")
    settings: dict[str, JsonValue] = Field(default_factory=dict)


class Aim(Body):
    """Which requests faults are aimed at, and for how long."""

    at: list[str] = Field(default_factory=list, description="Endpoints; none: every one that has the fault's seam")
    grant: str = Field("", description="Only this grant of the token endpoint")
    client: str = Field("", description="Only requests of this client")
    after: int = Field(0, ge=0, le=1_000_000, description="How many requests pass first")
    optional: bool = Field(False, description="Whether it is fine if nothing ever meets it")
    seconds: float | None = Field(
        None, gt=0, le=LONGEST_DOWN, description="Disarm by itself after so many real seconds; else by DELETE"
    )


class Arming(Aim):
    """A fault to arm: either `text`, which holds everything, or `fault` with `settings` and the aim."""

    text: Text | None = Field(None, description="As in `token[refresh_token] : ServerError(503) x2`")
    fault: Text | None = Field(None, description="A name, as in `ServerError`, or the whole call")
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    times: int | None = Field(None, ge=1, le=1_000_000, description="How many requests are touched; all when left out")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.text is None) == (self.fault is None):
            raise ValueError("give either 'text', which says it all, or 'fault' with 'settings', 'at', 'times', ...")
        beside = self.model_fields_set - {"text", "seconds"}
        if self.text is not None and beside:
            raise ValueError(f"'text' says itself when it applies; leave out {', '.join(sorted(beside))}")
        return self


class Step(FaultCall):
    """One step of a script: a fault for the next `times` requests."""

    times: int = Field(1, ge=1, le=1_000_000)


class Script(Aim):
    """A sequence of faults: the n-th request meets the n-th step; null lets one pass."""

    steps: list[Step | None] = Field(min_length=1, max_length=1000)


class Advance(Body):
    """The seconds by which the clock of this provider is advanced; a negative number sets it back."""

    seconds: float = Field(ge=-A_CENTURY, le=A_CENTURY)


class KeyStep(Body):
    """One step of a key rotation.

    `rotate`: publish a new key and sign with it; `publish`: a new key into the JWKS, signing stays; `sign`: sign with
    the published key `kid`, or with a new one that is not published; `retire`: take `kid` out of the JWKS;
    `replace`: another key under the kid that signs.
    """

    step: Literal["rotate", "publish", "sign", "retire", "replace"]
    kid: str | None = Field(None, description="Which key; for `publish`, the name of the new one, '' for none")
    keep_old: bool = Field(True, description="For `rotate`: whether the old keys stay published")


class Ending(Body):
    """Why sessions end, in words; the journal shows it, clients are not told."""

    why: Text = "somebody ended it elsewhere"


class Seeding(Body):
    """Whom tokens are issued to without a flow, as if somebody had signed in before."""

    client_id: Text = "client"
    scope: str = "openid offline_access"
    person: Text | None = Field(None, description="Who signed in, by sub, email or user name; the user when left out")
    audience: list[str] = Field(default_factory=list)
    nonce: str = ""
    expires_in: float | None = Field(None, ge=-A_CENTURY, le=A_CENTURY, description="Of the access token, in seconds")
    refresh_in: float | None = Field(None, ge=-A_CENTURY, le=A_CENTURY, description="Of the refresh token, in seconds")


class Outage(Body):
    """For how many real seconds every connection is refused, those to this API among them."""

    seconds: float = Field(gt=0, le=LONGEST_DOWN)


# -- queries ------------------------------------------------------------------------------------------------------


class Filter(BaseModel):
    """Which exchanges are wanted; what is left out does not matter."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    endpoint: str = Field("", json_schema_extra={"enum": ["", *ENDPOINTS]})
    grant: str = Field("", json_schema_extra={"enum": ["", *GRANT_TYPES.values()]})
    client: str = ""
    status: int = Field(0, ge=0, le=599)
    since: int = Field(0, ge=0, description="Only those that arrived after this mark, or exchange number")

    def criteria(self) -> dict[str, Any]:
        """Return the members of this filter, as keywords of `Journal.where`."""
        return {name: getattr(self, name) for name in ("endpoint", "grant", "client", "status", "since")}


class Listing(Filter):
    """A filter of which the newest `limit` exchanges are listed."""

    limit: int = Field(1000, ge=1, le=100_000)


class Waiting(Filter):
    """A filter, and for how many real seconds to wait for an exchange that passes it."""

    timeout: float = Field(10.0, ge=0, le=LONGEST_WAIT)


class Since(BaseModel):
    """The exchange after which to begin."""

    model_config = ConfigDict(extra="forbid")

    since: int | None = Field(None, ge=0, description="Replay what arrived after this mark first")


FIXED: Final = ("algorithm", "journal_limit", "journal_bytes", "seed")
"""Settings that are fixed once the provider is made."""

_SCHEMAS: Final[dict[Any, dict[str, Any]]] = {
    float: {"type": "number", "minimum": 0},
    int: {"type": "integer", "minimum": 1},
    bool: {"type": "boolean"},
}


def _schema(name: str, hint: Any) -> dict[str, Any]:
    if name == "algorithm":
        return {"type": "string", "enum": [*ALGORITHMS, *SECRET_ALGORITHMS]}
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    return _SCHEMAS.get(hint, {})


def _types() -> dict[str, Any]:
    hints = get_type_hints(Knobs)
    return {
        name: Annotated[object, AfterValidator(partial(check, name)), WithJsonSchema(_schema(name, hints[name]))]
        for name, check in CHECKS.items()
    }


_SHOWN: Final[dict[str, Any]] = {name: (kind, ...) for name, kind in _types().items()}
_CHANGED: Final[dict[str, Any]] = {name: (kind, Field(None)) for name, kind in _types().items() if name not in FIXED}

SettingsView: Final[type[BaseModel]] = create_model(
    "SettingsView", __doc__="Every setting; durations are seconds.", **_SHOWN
)

SettingsChange: Final[type[BaseModel]] = create_model(
    "SettingsChange",
    __doc__="Settings to change; those left out stay as they are.",
    __config__=ConfigDict(extra="forbid", allow_inf_nan=False),
    **_CHANGED,
)

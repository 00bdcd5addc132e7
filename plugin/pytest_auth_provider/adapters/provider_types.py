"""The types of the keys that a provider has to understand: its dialect, its settings, and the routes of its API.

The provider is imported when such a key is read, and not before: importing an adapter costs no provider.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, cast

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from pytest_auth_provider.adapters.annotations import IN_TOML, Expected, Names, OneOf, ReadAs, Table
from pytest_auth_provider.adapters.complaints import complaint, expected
from pytest_auth_provider.adapters.field_types import Answer, Host, Status, Text, UrlPath
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS

if TYPE_CHECKING:
    from fakeprovider.state.clients import Method

FURTHER_ENDPOINTS = ("pushed_authorization_request", "verification")
"""Endpoints that have a path and no placeholder."""
AUTHENTICATION = ("none", "client_secret_basic", "client_secret_post")
"""The ways of client authentication that need no key of the client (OIDC Core 9)."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _ask_provider(question: Callable[[], object], *keys: str) -> None:
    """Call `question`, and turn the `SettingError` it may raise into a complaint about the value at `keys`."""
    from fakeprovider.errors import SettingError  # imported late: see above

    try:
        question()
    except SettingError as problem:
        raise complaint(str(problem), *keys) from None


def _known_dialect(name: str) -> str:
    from fakeprovider.dialects import find_dialect  # imported late: see above

    _ask_provider(partial(find_dialect, name))
    return name


def _known_settings(settings: dict[str, object]) -> dict[str, object]:
    from fakeprovider.settings import Settings  # imported late: see above

    for name, setting in settings.items():
        _ask_provider(partial(Settings().apply, {name: setting}), name)
    return settings


def _method_and_path(where: str) -> str:
    from fakeprovider.state.api_routes import ApiRoutes  # imported late: see above

    _ask_provider(partial(ApiRoutes().__setitem__, where, None))
    return where


def _different(paths: dict[str, str]) -> dict[str, str]:
    """Return the table; two endpoints cannot be served at the same path."""
    endpoints: dict[str, str] = {}
    for endpoint, path in paths.items():
        if (other := endpoints.setdefault(path, endpoint)) != endpoint:
            raise complaint(f"{path} is the path of {other} already; expected one of its own", endpoint)
    return paths


def _known_path(path: str) -> str:
    from fakeprovider.hosts import check_path  # imported late: see above

    _ask_provider(partial(check_path, path))
    return path


@dataclass(frozen=True)
class RegisteredTable:
    """What the provider knows of a client that is registered."""

    __pydantic_config__: ClassVar = IN_TOML

    secret: Text = ""
    """Its secret; without one it is a public client."""
    redirect_uris: Annotated[tuple[Text, ...], Expected("an array of URIs")] = ()
    """The redirect URIs it may name besides those on the loopback."""
    method: Annotated[str, OneOf(*AUTHENTICATION)] = ""
    """The one way in which it authenticates; without it any that its secret allows."""


def _records(clients: dict[str, RegisteredTable]) -> dict[str, object]:
    """Return the provider's own record of each client."""
    return {client_id: _record(client_id, client) for client_id, client in clients.items()}


def _record(client_id: str, client: RegisteredTable) -> object:
    from fakeprovider import ClientRecord, SettingError  # imported late: see above

    method = cast("Method | None", client.method or None)
    try:
        return ClientRecord(client_id, client.secret, client.redirect_uris, method=method)
    except SettingError as problem:
        raise complaint(str(problem), client_id) from None


@dataclass(frozen=True)
class RouteTable:
    """An answer of the API that is more than its JSON."""

    __pydantic_config__: ClassVar = IN_TOML

    json: Answer
    """The answer."""
    status: Status = 200
    """Status of the answer."""
    scope: Text = ""
    """Scopes a token must have, separated by blanks."""
    mints: Text = ""
    """The member of the answer that holds a new key each time, which the API then takes in the place of a token."""


@dataclass(frozen=True)
class MintedKey:
    """An answer of the API that hands out a key in `member`, beside what `json` has."""

    json: object
    member: str


_ROUTE_KEYS = frozenset(field.name for field in fields(RouteTable))


def _table_or_answer(value: object) -> str:
    """Return which of two readings a table has: the description of a route, or the answer itself."""
    if isinstance(value, dict) and value and (value.keys() <= _ROUTE_KEYS or "json" in value):
        return "<table>"
    return "<plain>"


_IS_TABLE = {
    "type": "object",
    "anyOf": [{"required": ["json"]}, {"minProperties": 1, "propertyNames": {"enum": sorted(_ROUTE_KEYS)}}],
}


def _api_route(route: object) -> object:
    """Return the provider's own value for a route."""
    from fakeprovider import ApiRoute  # imported late: see above

    if isinstance(route, RouteTable) and route.mints and not isinstance(route.json, dict):
        raise complaint(f'expected a table to put the key "{route.mints}" into', "json")
    if not isinstance(route, RouteTable):
        return ApiRoute(route)
    answer = MintedKey(route.json, route.mints) if route.mints else route.json
    return ApiRoute(answer, route.scope, route.status)


_Route = Annotated[
    Annotated[
        RouteTable,
        Table(
            "a key of a route, and the answer itself belongs into its json",
            json="the answer itself goes there, as in { status = 201, json = { id = 1 } }",
        ),
        Tag("<table>"),
    ]
    | Annotated[Answer, WithJsonSchema({"not": _IS_TABLE}), Tag("<plain>")],
    Discriminator(_table_or_answer),
    AfterValidator(_api_route),
]
_RouteName = Annotated[
    str,
    AfterValidator(_method_and_path),
    Field(json_schema_extra={"pattern": f"^({'|'.join(METHODS)}) /\\S*$"}),
]


@dataclass(frozen=True)
class StubTable:
    """A fixed answer of another host than the provider."""

    __pydantic_config__: ClassVar = IN_TOML

    host: Host
    """The host, as the client calls it."""
    path: UrlPath
    """Path; `*` stands for any characters."""
    method: Annotated[str, OneOf(*METHODS)] = "GET"
    """Method of the request; `GET` where none is given."""
    status: Status = 200
    """Status of the answer; 200 where none is given."""
    json: Answer = None
    """Body of the answer; without it, the body is empty."""


def _given(table: Mapping[str, object], read: ValidatorFunctionWrapHandler) -> dict[str, object]:
    """Read the table of a stub into a dict of the keys that are there."""
    stub = read(table)
    return {name: getattr(stub, name) for name in table}


def _tables(value: object) -> object:
    if not isinstance(value, list):
        raise expected("an array of tables, each one written as [[stubs]]", value)
    return value


Dialect = Annotated[Text, AfterValidator(_known_dialect)]
"""The name of a dialect that the provider speaks."""

EndpointPaths = Annotated[
    Mapping[str, str],
    ReadAs(dict[str, UrlPath]),
    AfterValidator(_different),
    Names("an endpoint", (*ENDPOINT_PLACEHOLDERS, *FURTHER_ENDPOINTS)),
]
"""Endpoint -> its path below the issuer."""

IssuerPath = Annotated[Text, AfterValidator(_known_path), Field(json_schema_extra={"pattern": "^/[^/]"})]
"""The path of an issuer."""

Registered = Annotated[
    Mapping[str, object],
    ReadAs(dict[str, Annotated[RegisteredTable, Table("a key of a registered client")]]),
    AfterValidator(_records),
    Names(),
]
"""Client id -> `ClientRecord` of the provider."""

ProviderSettings = Annotated[Mapping[str, object], AfterValidator(_known_settings), Names()]
"""Name -> value of the provider's settings."""

Routes = Annotated[
    Mapping[str, object],
    ReadAs(dict[_RouteName, _Route]),
    Field(json_schema_extra={"additionalProperties": False}),
    Names(),
]
"""`METHOD /path` -> `ApiRoute`."""

Stub = Annotated[
    Mapping[str, object],
    ReadAs(
        Annotated[
            StubTable,
            WrapValidator(_given),
            Table("a key of a stub", host="say which host is answered for", path="say which path is answered for"),
        ]
    ),
]
"""A table with the keys of a stub that were given: `host` and `path`, perhaps `method`, `status` and `json`."""

Stubs = Annotated[tuple[Stub, ...], BeforeValidator(_tables)]
"""Fixed answers of hosts."""

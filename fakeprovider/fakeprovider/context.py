"""One request on its way through the provider: what every endpoint, grant and fault gets to see."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from urllib.parse import unquote_plus

from werkzeug.datastructures import MultiDict

from fakeprovider.body import read_members, read_parameters
from fakeprovider.journal import Exchange
from fakeprovider.journal.journal import shared
from fakeprovider.server.answer import Answer
from fakeprovider.server.request import Request
from fakeprovider.state.clients import AuthenticatedClient
from fakeprovider.tokens.draft import TokenDraft
from fakeprovider.tokens.jwt import unverified_claims
from fakeprovider.vocabulary import GRANT_TYPES

if TYPE_CHECKING:
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.server import Connection


_NO_MEMBERS: Final[Mapping[str, str]] = {}


READ: Final = ("GET", "HEAD")
WRITE: Final = ("POST",)


class Route(NamedTuple):
    """The methods a path answers, the function that serves it, and the endpoint (and grant) it stands for.

    A proprietary path names the endpoint and grant whose part it plays, so that faults aimed at those meet it and the
    journal files it there: the poll of any device flow is `token` with grant `device_code`.
    """

    methods: tuple[str, ...]
    serve: Callable[[Call], Answer]
    endpoint: str = ""
    grant: str = ""


class AppliedToCall(Protocol):
    """What the faults that apply to one request do while it is answered; `fakeprovider.faults.combine` has them."""

    @property
    def touched(self) -> tuple[str, ...]:
        """The faults that really acted, as the journal shows them."""

    def document(self, document: dict[str, object]) -> object:
        """Return the JSON value to serve instead of `document`, or `document` itself."""

    def token(self, draft: TokenDraft) -> TokenDraft | str:
        """Return the draft to sign, or a finished string that takes the token's place."""


class Call:
    """One request, the endpoint it is for, the faults that apply to it, and what came of it.

    What the request says is read at once and leniently, whatever state it is in: the journal wants all of it.
    """

    def __init__(self, provider: ProviderState, request: Request, route: Route) -> None:
        self.provider = provider
        self.request = request
        self.route = route
        self.endpoint = route.endpoint
        self.number = provider.journal.arrive()
        self.at = provider.clock.now()
        self.skipped = provider.clock.skipped
        self.monotonic = request.received_at + self.skipped
        self.note = ""
        self.authenticated: AuthenticatedClient | None = None
        self.faults: AppliedToCall | None = None
        """The faults that apply to this request; None where none are armed."""
        self.body = request.body
        """The request body as it came."""
        self.members = _members_of(self)
        """The members of a form or JSON body, under the names that the RFCs give them."""
        self.grant = route.grant or (self._grant_asked_for() if route.endpoint == "token" else "")
        """The name of the grant at the token endpoint, "" elsewhere or where the grant type is unknown."""
        self.basic = _basic_of(request)
        """Id and secret in the Authorization header, their form encoding undone (RFC 6749 2.3.1)."""
        self.client_id = self._client_named() or provider.dialect.default_client
        """The client this request says it comes from, proven or not."""
        self.bearer = provider.dialect.presented_token(request)
        """The access token the request carries (RFC 6750 2.1, or where the dialect has it), or an empty string."""

    @cached_property
    def parameters(self) -> MultiDict[str, str]:
        """Every value of every parameter: of the query of a GET, of the form or JSON of a POST."""
        return read_parameters(self.request)

    @property
    def connection(self) -> Connection:
        """The connection the request came on: what waits there is woken when the client hangs up."""
        return self.request.connection

    def document(self, document: dict[str, object]) -> Answer:
        """Return the answer with a document (discovery, JWKS), changed by the document faults that apply."""
        bent = document if self.faults is None else self.faults.document(document)
        if isinstance(bent, Answer):
            return bent
        return self.provider.documents.answer(self.endpoint, document) if bent is document else Answer.json(bent)

    def sign(self, draft: TokenDraft) -> str:
        """Sign a token, changed by the token faults that apply, and remember it as a secret."""
        bent = draft if self.faults is None else self.faults.token(draft)
        token = bent if isinstance(bent, str) else bent.sign()
        return self.provider.secrets.keep(draft.kind, token)

    def _grant_asked_for(self) -> str:
        return GRANT_TYPES.get(self.members.get("grant_type", ""), "")

    def _client_named(self) -> str:
        if self.basic is not None and self.basic[0]:
            return self.basic[0]
        said = self.members.get("client_id", "")
        if not said and self.request.query_string:
            said = self.request.args.get("client_id", "")
        if not said and (assertion := self.members.get("client_assertion", "")):
            said = str(unverified_claims(assertion).get("sub", ""))
        return said

    def exchange(self, answer: Answer, *, answered: bool = True) -> Exchange:
        """Return the record of this call for the journal; `answered` is False where the client sees no status."""
        request = self.request
        query = request.query_string.decode("latin-1")
        return Exchange(
            number=self.number,
            endpoint=self.endpoint,
            grant=self.grant,
            client_id=self.client_id,
            method=sys.intern(request.method),
            path=shared(f"{request.path}?{query}" if query else request.path),
            request_headers=shared(tuple(request.raw_headers)),
            request_body=shared(self.body),
            form=self.provider.journal.shared_form(self.members),
            status=answer.status if answered else 0,
            response_headers=shared(tuple(answer.headers)) if answered else (),
            response_body=shared(answer.body) if answered else b"",
            note=self.note,
            faults=() if self.faults is None else self.faults.touched,
            at=self.at,
            monotonic=self.monotonic,
            seconds=time.monotonic() + self.provider.clock.skipped - self.monotonic,
            scheme=request.scheme,
            bearer=self.bearer,
            skipped=self.skipped,
        )


def _members_of(call: Call) -> Mapping[str, str]:
    if not call.body:
        return _NO_MEMBERS
    members, names = read_members(call.request), call.provider.dialect.member_names
    return {names.get(name, name): value for name, value in members.items()} if names else members


def _basic_of(request: Request) -> tuple[str, str] | None:
    if not request.environ.get("HTTP_AUTHORIZATION"):  # werkzeug takes long to find out
        return None
    authorization = request.authorization
    if authorization is None or authorization.type != "basic":
        return None
    return unquote_plus(authorization.username or ""), unquote_plus(authorization.password or "")

"""The provider: what a test holds in its hand."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack
from urllib.parse import urlsplit

from fakeprovider.app import ENDPOINTS, App
from fakeprovider.context import GRANT_TYPES, Call
from fakeprovider.dialects import Dialect, find_dialect
from fakeprovider.endpoints.resource_metadata import metadata_url
from fakeprovider.errors import choose
from fakeprovider.faults import Fault
from fakeprovider.faults.armed import Armed, arm, plan, steps_of
from fakeprovider.faults.trigger import Trigger
from fakeprovider.hosts import ControlApi, Front, check_origin, check_path, check_port
from fakeprovider.journal import Journal, Noise
from fakeprovider.server import Server
from fakeprovider.server.answer import Documents
from fakeprovider.settings import Knobs, Settings, check_flag
from fakeprovider.state.api_routes import ApiRoutes
from fakeprovider.state.clients import Clients
from fakeprovider.state.clock import Clock
from fakeprovider.state.store import Store
from fakeprovider.state.users import People, Person, User
from fakeprovider.tokens.issue import Issued, Terms, issue_directly
from fakeprovider.tokens.key_ring import make_key_ring
from fakeprovider.tokens.lookup import describe
from fakeprovider.tokens.secrets import Secrets

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from fakeprovider.server.answer import Answer
    from fakeprovider.server.certificates import Certificates


class Provider(Settings):
    """A fake OpenID provider on a real socket of this process, strict until it is told to fail.

        with Provider() as provider:
            ...  # point a client at provider.issuer
            with provider.failing(ServerError(503), at="token"):
                ...

    `dialect` is the provider family it imitates, `port` a fixed port (0: any free one), `path` puts the issuer below
    a path (None: where the dialect has it), `trailing_slash` ends the issuer in one. `tls` makes it speak https with
    certificates of a throw-away authority, which clients find in `ca_file`. `signing_key` is a PEM or JWK file to sign
    with. `origin` is how clients reach it where that is not its own address (a container), `api_port` the port of an
    API with an origin of its own (0: any free one). `control` serves the control API at `/_control`; reached from
    other machines it wants the token in `provider.control.token`. Further keywords are the knobs of `Settings`; all of
    them may be turned while the provider serves.
    Raises `SettingError` for values that mean nothing, `fakeprovider.server.PortInUse` for a port that is taken.
    """

    def __init__(
        self,
        dialect: str | Dialect = "rfc",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        path: str | None = None,
        trailing_slash: bool = False,
        tls: bool = False,
        signing_key: str | os.PathLike[str] | None = None,
        origin: str = "",
        api_port: int = 0,
        control: bool = False,
        behind: Front | None = None,
        **knobs: Unpack[Knobs],
    ) -> None:
        self.dialect = dialect if isinstance(dialect, Dialect) else find_dialect(dialect)
        self.path = check_path(self.dialect.issuer_path if path is None else path)
        self.trailing_slash = check_flag("trailing_slash", trailing_slash)
        self.apply(self.dialect.settings, knobs)
        self.clock = Clock()
        self.user = User()
        self.people = People(self.seed)
        self.secrets = Secrets()
        self.clients = Clients(self.secrets)
        self.api_routes = ApiRoutes()
        self.store = Store()
        self.documents = Documents()
        self.keys = make_key_ring(self.algorithm, signing_key, as_asked="algorithm" in knobs)
        self.journal = Journal(self.journal_limit, ENDPOINTS, tuple(GRANT_TYPES.values()))
        self.armed: list[Armed] = []
        self.crashes: list[BaseException] = []
        self._app = App(self)
        self._owns_front = behind is None
        self._front = behind or self._own_front(host, port, tls, check_origin(origin))
        self._front.join(self.path, self._app)
        self._api_port = check_port("api_port", api_port)
        self._beside: list[Provider] = []
        self._api: tuple[Server, str] | None = None
        self.control: ControlApi | None = None
        if check_flag("control", control):
            # By name, because it stands in a layer above this one, and now, because nobody else pays for the import.
            self.control = importlib.import_module("fakeprovider.control.control").Control(self, self._front)

    # -- serving ------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Begin to serve; a provider that serves already is left alone."""
        self._front.start()
        if self.control is not None:
            self.control.begin()
        return self

    def stop(self) -> None:
        """Stop serving and end every connection; a provider that does not serve is left alone.

        The one that opened the socket takes those `beside` it along.
        """
        if self.control is not None:
            self.control.end()
        if self._api is not None:
            self._api[0].stop()
            self._api = None
        if not self._owns_front:
            self._front.leave(self.path)
            return
        self._front.stop()
        for provider in self._beside:
            provider.stop()

    def down(self) -> None:
        """Refuse connections from now on; the port stays ours, and an API of its own origin goes on answering.

        Whatever is `beside` this provider shares its socket and its fate.
        """
        self._front.server.down()

    def up(self) -> None:
        """Accept connections again."""
        self._front.server.up()

    def beside(
        self, path: str, dialect: str | Dialect = "rfc", *, trailing_slash: bool = False, **knobs: Unpack[Knobs]
    ) -> Provider:
        """Another provider behind the same socket, its issuer below `path`: it shares the port and nothing else.

        It serves as long as this one does, or until its own `stop`. Raises `SettingError` for a path that is taken.
        """
        controlled = self.control is not None
        other = Provider(
            dialect, path=path, trailing_slash=trailing_slash, control=controlled, behind=self._front, **knobs
        )
        self._beside.append(other)
        return other

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    # -- addresses ----------------------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in `http://127.0.0.1:43211`."""
        return self._front.origin

    @property
    def base(self) -> str:
        """What the paths of all endpoints are appended to: the issuer, never with a slash at its end."""
        return self.origin + self.path

    @property
    def issuer(self) -> str:
        """The issuer identifier (OIDC Discovery 3), as clients must compare it: letter by letter."""
        return f"{self.base}/" if self.trailing_slash else self.base

    @property
    def ca_file(self) -> Path | None:
        """A PEM file with the authority behind `tls=True`, until the provider stops; None where it speaks http."""
        return self._front.certificates.ca_file if self._front.certificates else None

    @property
    def certificates(self) -> Certificates | None:
        """What a provider on https shows to its clients; None where it speaks http."""
        return self._front.certificates

    @property
    def api(self) -> str:
        """The base URL of the protected resource; where it has an origin of its own, it starts serving now."""
        if self.dialect.api_path is not None:
            return self.base + self.dialect.api_path
        with self.store.lock:
            if self._api is None:
                self._api = self._front.open_api(self._app, self._api_port)
            return self._api[1]

    def url(self, endpoint: str) -> str:
        """The absolute URL of an endpoint by its name, or `SettingError` listing all this dialect has."""
        of_resource = {
            "api": lambda: self.api,
            "resource_metadata": lambda: metadata_url(self, urlsplit(self.api).path),
        }
        there = [name for name in ENDPOINTS if name in of_resource or name in self.dialect.paths]
        if choose("endpoint", endpoint, there) in of_resource:
            return of_resource[endpoint]()
        return self.base + self.dialect.paths[endpoint]

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the socket itself, whatever address the provider is known by."""
        return self._front.server.host, self._front.server.port

    def answer(self, request: Request, *, of_api: bool = False) -> Answer:
        """Answer a request that came another way than through the socket, as through a proxy that stands for us.

        With `of_api` it is one to the origin of the protected resource, where that is not the provider's own.
        """
        if of_api and self.dialect.api_path is None:
            return self._app.handle_api(request)
        return self._front.handle(request)

    # -- faults -------------------------------------------------------------------------------------------------

    @contextmanager
    def failing(
        self,
        *faults: Fault | str,
        at: str | tuple[str, ...] = (),
        grant: str = "",
        client: str = "",
        after: int = 0,
        times: int | None = None,
        when: Callable[[Call], bool] | None = None,
        until: Callable[[Call], bool] | None = None,
        optional: bool = False,
    ) -> Iterator[Armed]:
        """Keep faults armed for a block, all of them on the same requests.

        `at` names the endpoint or endpoints (none: every one that has the fault's seam, but `api`), `grant`, `client`
        and the condition `when` narrow the aim, `after` lets that many requests pass first, `times` bounds how many
        are touched (None: all), and the first request that meets `until` ends it. A fault may be given as text, which
        then says all of this itself: `"token[refresh_token] : ServerError(503) x2"` (see `fakeprovider.faults.text`).
        Yields the first of what is armed, with its `fired` count. Raises `FaultNotMet` at the end of the block for a
        fault that nothing met, unless `optional`; `SettingError` for an aim or a fault that means nothing.
        """
        endpoints = (at,) if isinstance(at, str) else tuple(at)
        trigger = Trigger(endpoints, grant, client, after, when, until, optional)
        armed = plan(faults, trigger, times)
        with arm(self, armed):
            yield armed[0]

    @contextmanager
    def script(
        self,
        at: str | tuple[str, ...],
        *faults: Fault | None,
        grant: str = "",
        client: str = "",
        after: int = 0,
        when: Callable[[Call], bool] | None = None,
        optional: bool = False,
    ) -> Iterator[Armed]:
        """Keep a sequence of faults armed for a block: the n-th request meets the n-th; None lets one pass.

        Raises like `failing`; every fault of the sequence has to be met.
        """
        endpoints = (at,) if isinstance(at, str) else tuple(at)
        trigger = Trigger(endpoints, grant, client, after, when, None, optional)
        armed = Armed(steps_of(faults, times=1), trigger)
        with arm(self, [armed]):
            yield armed

    # -- tokens without a flow ----------------------------------------------------------------------------------

    def issue(
        self,
        client_id: str = "client",
        *,
        scope: str = "openid offline_access",
        person: Person | None = None,
        audience: str | tuple[str, ...] = (),
        nonce: str = "",
        expires_in: float | None = None,
        refresh_in: float | None = None,
    ) -> Issued:
        """Sign `person` (the user, unless given) in at `client_id` and hand over the tokens, as if after a flow.

        For seeding a client's store: the provider knows these tokens, and no fault touches them. `expires_in` and
        `refresh_in` are the seconds that the access token and the refresh token live; below 0 they are expired
        already. Raises `SettingError` for values that mean nothing.
        """
        terms = Terms(nonce=nonce, access_token_lifetime=expires_in, refresh_token_lifetime=refresh_in)
        resources = (audience,) if isinstance(audience, str) else tuple(audience)
        return issue_directly(self, client_id, person or self.user.person, scope, resources, terms)

    # -- what endpoints and pages ask ---------------------------------------------------------------------------

    def end_sessions(self, why: str = "somebody ended it elsewhere") -> None:
        """End every session behind the clients' backs: all tokens are worthless from now on, and `why` explains it."""
        with self.store.lock:
            for session in self.store.sessions.values():
                self.store.end_session(session, why, self.clock.now())

    def describe_token(self, value: str) -> str:
        """In words, what the provider knows of a token: for rejections and notes."""
        return describe(self, value)

    def _own_front(self, host: str, port: int, tls: bool, origin: str) -> Front:
        certificates = None
        if check_flag("tls", tls):
            # Nobody on plain http pays for the import.
            from fakeprovider.server.certificates import Certificates

            certificates = Certificates(urlsplit(origin).hostname or host)
        crashed, noise = self.crashes.append, self._on_noise
        return Front(host, port, certificates, on_error=crashed, on_noise=noise, known_as=origin)

    def _on_noise(self, data: bytes, what: str) -> None:
        self.journal.noise.append(Noise(what, data))

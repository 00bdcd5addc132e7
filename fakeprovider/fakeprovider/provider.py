"""The provider: what a test holds in its hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, Unpack

from fakeprovider.api_routes import ApiRoutes
from fakeprovider.app import ENDPOINTS, App
from fakeprovider.call import GRANT_TYPES
from fakeprovider.clients import Clients
from fakeprovider.clock import Clock
from fakeprovider.dialects import Dialect, find_dialect
from fakeprovider.errors import SettingError, choose
from fakeprovider.faults import Fault
from fakeprovider.faults.arming import Armed, arm, check_aim
from fakeprovider.journal import Journal, Noise
from fakeprovider.key_ring import KeyRing
from fakeprovider.own_tokens import describe
from fakeprovider.people import People
from fakeprovider.secrets import Secrets
from fakeprovider.server import Server
from fakeprovider.settings import Knobs, Settings
from fakeprovider.store import Store
from fakeprovider.user import User


class Provider(Settings):
    """A fake OpenID provider on a real socket of this process, strict until it is told to fail.

        with Provider() as provider:
            ...  # point a client at provider.issuer
            with provider.failing(ServerError(503), at="token"):
                ...

    `dialect` is the provider family it imitates, `port` a fixed port (0: any free one), `path` puts the issuer below
    a path. Further keywords are the knobs of `Settings`; all of them may be turned while the provider serves.
    Raises `SettingError` for values that mean nothing, `fakeprovider.server.PortInUse` for a port that is taken.
    """

    def __init__(
        self,
        dialect: str | Dialect = "rfc",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        path: str = "",
        **knobs: Unpack[Knobs],
    ) -> None:
        self.dialect = dialect if isinstance(dialect, Dialect) else find_dialect(dialect)
        self.path = _checked_path(path)
        self.apply(self.dialect.settings, knobs)
        self.clock = Clock()
        self.user = User()
        self.people = People(self.seed)
        self.secrets = Secrets()
        self.clients = Clients(self.secrets)
        self.api_routes = ApiRoutes()
        self.store = Store()
        self.keys = KeyRing(self.algorithm)
        self.journal = Journal(self.journal_limit, ENDPOINTS, tuple(GRANT_TYPES.values()))
        self.armed: list[Armed] = []
        self.crashes: list[BaseException] = []
        self._app = App(self)
        self._server = Server(self._app.handle, host, port, on_error=self.crashes.append, on_noise=self._on_noise)
        self._api_server: Server | None = None

    # -- serving ------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Begin to serve."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop serving and end every connection; a provider that does not serve is left alone."""
        self._server.stop()
        if self._api_server is not None:
            self._api_server.stop()
            self._api_server = None

    def down(self) -> None:
        """Refuse connections from now on; the port stays ours, and an API of its own origin goes on answering."""
        self._server.down()

    def up(self) -> None:
        """Accept connections again."""
        self._server.up()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    # -- addresses ----------------------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in `http://127.0.0.1:43211`."""
        return _origin(self._server)

    @property
    def issuer(self) -> str:
        """The issuer identifier (OIDC Discovery 3), without a trailing slash."""
        return self.origin + self.path

    @property
    def api(self) -> str:
        """The base URL of the protected resource; where it has an origin of its own, it starts serving now."""
        if self.dialect.api_path is not None:
            return self.issuer + self.dialect.api_path
        if self._api_server is None:
            self._api_server = Server(self._app.handle_api, self._server.host, on_error=self.crashes.append)
            self._api_server.start()
        return _origin(self._api_server)

    def url(self, endpoint: str) -> str:
        """The absolute URL of an endpoint by its name, or `SettingError` listing all of them."""
        if choose("endpoint", endpoint, ENDPOINTS) == "api":
            return self.api
        return self.issuer + self.dialect.paths[endpoint]

    # -- faults -------------------------------------------------------------------------------------------------

    @contextmanager
    def failing(
        self,
        *faults: Fault,
        at: str | tuple[str, ...] = (),
        grant: str = "",
        client: str = "",
        after: int = 0,
        times: int | None = None,
        optional: bool = False,
    ) -> Iterator[Armed]:
        """Keep faults armed for a block, all of them on the same requests.

        `at` names the endpoint or endpoints (none: every one but `api`), `grant` and `client` narrow the aim, `after`
        lets that many requests pass first, `times` bounds how many are touched (None: all). Yields what is armed, with
        its `fired` count. Raises `FaultNotMet` at the end of the block for a fault that nothing met, unless
        `optional`; `SettingError` for an aim or a fault that means nothing.
        """
        if not faults:
            raise SettingError("failing() needs at least one fault, as in failing(ServerError(503), at='token')")
        armed = [self._aim((fault,), at, grant, client, after, times, optional, repeat=True) for fault in faults]
        with arm(self, armed):
            yield armed[0]

    @contextmanager
    def script(
        self,
        at: str | tuple[str, ...],
        *faults: Fault | None,
        grant: str = "",
        client: str = "",
        optional: bool = False,
    ) -> Iterator[Armed]:
        """Keep a sequence of faults armed for a block: the n-th request meets the n-th; None lets one pass."""
        armed = self._aim(faults, at, grant, client, 0, None, optional, repeat=False)
        with arm(self, [armed]):
            yield armed

    # -- what endpoints and pages ask ---------------------------------------------------------------------------

    def describe_token(self, value: str) -> str:
        """In words, what the provider knows of a token: for rejections and notes."""
        return describe(self, value)

    def _aim(
        self,
        faults: tuple[Fault | None, ...],
        at: str | tuple[str, ...],
        grant: str,
        client: str,
        after: int,
        times: int | None,
        optional: bool,
        *,
        repeat: bool,
    ) -> Armed:
        endpoints = (at,) if isinstance(at, str) else tuple(at)
        for endpoint in endpoints:
            choose("at", endpoint, ENDPOINTS)
        if grant:
            choose("grant", grant, GRANT_TYPES.values())
        check_aim(faults, endpoints)
        return Armed(
            faults,
            at=endpoints,
            grant=grant,
            client=client,
            after=after,
            times=times,
            repeat=repeat,
            optional=optional,
        )

    def _on_noise(self, data: bytes, what: str) -> None:
        self.journal.noise.append(Noise(what, data))


def _origin(server: Server) -> str:
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"http://{host}:{server.port}"


def _checked_path(path: str) -> str:
    trimmed = path.rstrip("/")
    if trimmed and not trimmed.startswith("/"):
        raise SettingError(f"path: expected an empty string or a path such as '/realms/demo', got {path!r}")
    return trimmed

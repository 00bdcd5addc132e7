"""`Provider`: a fake OpenID provider that serves on a real socket, with faults to arm and a journal to read."""

from __future__ import annotations

import importlib
import math
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack
from urllib.parse import urlsplit

from fakeprovider.app import App
from fakeprovider.context import Call
from fakeprovider.dialect import Dialect
from fakeprovider.dialects import find_dialect
from fakeprovider.errors import SettingError
from fakeprovider.faults.armed import ArmedFault, arm, plan, steps_of
from fakeprovider.faults.base import Fault
from fakeprovider.faults.trigger import Trigger
from fakeprovider.grants.issue import Issued, IssueOptions, issue_directly
from fakeprovider.hosts import ControlApi, VirtualHosts, check_connection_limit, check_origin, check_path, check_port
from fakeprovider.journal import Noise
from fakeprovider.provider_state import ProviderState
from fakeprovider.server import Answer, Limits, Request, Server
from fakeprovider.settings import Knobs, check_flag
from fakeprovider.state.backend import StateBackend
from fakeprovider.state.users import Person

if TYPE_CHECKING:
    from fakeprovider.server.certificates import Certificates


class Provider(ProviderState):
    """A fake OpenID provider on a real socket of this process, strict until it is told to fail.

        with Provider() as provider:
            ...  # point a client at provider.issuer
            with provider.failing(ServerError(503), at="token"):
                ...

    `dialect` is the provider family it imitates, `port` a fixed port (0: any free one), `path` puts the issuer below a
    path (None: where the dialect has it), `trailing_slash` ends the issuer in one. `tls` makes it speak https with
    certificates of a throw-away authority, which clients find in `ca_file`: at the place given, where every user of the
    machine can read it, or else at one that is this user's alone. `signing_key` is a PEM or JWK file to sign with.
    `origin` is how clients reach it where that is not its own address (a container), `api_port` the port of an API with
    an origin of its own (0: any free one), `connection_limit` how many connections may be open at once (fewer where
    this process may not open as many files; the next one gets a 503). `control` serves the control API at `/_control`;
    reached from other machines it wants the token in `provider.control.token`. `state` is the address of a Redis
    database in which everything is kept, for several processes to serve one provider, which then have a control API; ""
    keeps it in this process. Further keywords are the knobs of `Settings`; all of them may be turned while the provider
    serves.
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
        ca_file: str | os.PathLike[str] | None = None,
        signing_key: str | os.PathLike[str] | None = None,
        origin: str = "",
        api_port: int = 0,
        connection_limit: int = Limits.connections,
        control: bool = False,
        behind: VirtualHosts | None = None,
        state: str = "",
        **knobs: Unpack[Knobs],
    ) -> None:
        family = dialect if isinstance(dialect, Dialect) else find_dialect(dialect)
        below = check_path(family.issuer_path if path is None else path)
        slash = check_flag("trailing_slash", trailing_slash)
        backend = _backend(state, below, family.name, control=control)
        super().__init__(family, below, trailing_slash=slash, signing_key=signing_key, knobs=knobs, backend=backend)
        self._state = state
        self.armed: list[ArmedFault] = []
        self.disarmed: deque[ArmedFault] = deque(maxlen=256)  # bounded: a provider may serve for days
        self.crashes: list[BaseException] = []
        self.socket = True
        """Whether clients reach it through its own socket; not where a WSGI server passes their requests on."""
        self._app = App(self, self.armed)
        self._owns_hosts = behind is None
        limits = Limits(connections=check_connection_limit(connection_limit))
        self._hosts = behind or self._own_hosts(host, port, ca_file, tls, check_origin(origin), limits)
        self._hosts.join(self.path, self._app)
        self._api_port = check_port("api_port", api_port)
        self._beside: list[Provider] = []
        self._api: tuple[Server, str] | None = None
        self._api_lock = threading.Lock()
        self.control: ControlApi | None = None
        if check_flag("control", control):
            # By name, because it stands in a layer above this one, and now, because nobody else pays for the import.
            self.control = importlib.import_module("fakeprovider.control.control").Control(self, self._hosts)

    # -- serving ------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Begin to serve; a provider that serves already is left alone."""
        self._hosts.start()
        self.begin()
        return self

    def begin(self) -> None:
        """Take part in the state that is shared with other processes, and note what a reset brings back.

        For a provider whose requests come another way than through its socket; `start` does it as well. Raises
        `SettingError` where the state belongs to another provider.
        """
        if self.control is not None:
            self.control.begin()

    def stop(self) -> None:
        """Stop serving and end every connection; a provider that does not serve is left alone.

        Stopping the provider that opened the socket stops those made by `beside` too.
        """
        if self.control is not None:
            self.control.end()
        self.backend.close()
        if self._api is not None:
            self._api[0].stop()
            self._api = None
        if not self._owns_hosts:
            self._hosts.leave(self.path)
            return
        self._hosts.stop()
        for provider in self._beside:
            provider.stop()

    def down(self) -> None:
        """Refuse connections until `up`; no other program gets the port.

        Providers made by `beside` share the socket, so they are down too. An API with an origin of its own goes
        on answering.
        """
        self._hosts.server.down()

    def up(self) -> None:
        """Accept connections again."""
        self._hosts.server.up()

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports it serves on: its own, and that of an API with an origin of its own that serves already."""
        api = () if self._api is None else (self._api[0].port,)
        return (self._hosts.server.port, *api)

    def due_in(self) -> float:
        """Return in how many seconds it will do something by itself, which is to send an answer that is held back.

        Infinite where no answer is held back, or for ever. 0.0 while a request is on its way or being answered, and
        where the state is shared with other processes, of which nobody knows here.
        """
        if self.backend.shared:
            return 0.0
        api = math.inf if self._api is None else self._api[0].due_in()
        return min(api, self._hosts.server.due_in())

    def skip(self, seconds: float) -> None:
        """Go on as if `seconds` had passed while everybody waited: the clock, and all answers that are held back.

        Unlike `clock.advance`, which changes the time under somebody who goes on, it is counted as time that a client
        has spent: the times of exchanges (`Exchange.monotonic`, `journal.spacing()`) are that far apart.
        """
        for provider in (self, *self._beside):
            provider.clock.skip(seconds)
        self._hosts.server.skip(seconds)
        if self._api is not None:
            self._api[0].skip(seconds)

    def beside(
        self, path: str, dialect: str | Dialect = "rfc", *, trailing_slash: bool = False, **knobs: Unpack[Knobs]
    ) -> Provider:
        """Return another provider behind the same socket, its issuer below `path`. They share only the port.

        It serves as long as this one does, or until its own `stop`. Raises `SettingError` for a path that is taken.
        """
        controlled, slash, state = self.control is not None, trailing_slash, self._state
        other = Provider(
            dialect, path=path, trailing_slash=slash, control=controlled, behind=self._hosts, state=state, **knobs
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
        return self._hosts.origin

    @property
    def ca_file(self) -> Path | None:
        """A PEM file with the authority behind `tls=True`, until the provider stops; None where it speaks http."""
        return self._hosts.certificates.ca_file if self._hosts.certificates else None

    @property
    def certificates(self) -> Certificates | None:
        """The certificate authority of a provider on https and its certificate; None where it speaks http."""
        return self._hosts.certificates

    @property
    def api(self) -> str:
        """The base URL of the protected resource; where it has an origin of its own, it starts serving now."""
        if self.dialect.api_path is not None:
            return self.base + self.dialect.api_path
        with self._api_lock:
            if self._api is None:
                self._api = self._hosts.open_api(self._app, self._api_port)
            return self._api[1]

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the socket itself, whatever address the provider is known by."""
        return self._hosts.server.host, self._hosts.server.port

    def answer(self, request: Request, *, of_api: bool = False) -> Answer:
        """Return the answer to a request that came another way than through the socket, such as through a proxy.

        With `of_api` it is one to the origin of the protected resource, where that is not the provider's own.
        """
        if of_api and self.dialect.api_path is None:
            return self._app.handle_api(request)
        return self._hosts.handle(request)

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
    ) -> Iterator[ArmedFault]:
        """Keep faults armed for a block, all of them on the same requests.

        `at` names the endpoint or endpoints (none: every one that has the fault's seam, but `api`), `grant`, `client`
        and the condition `when` narrow the aim, `after` lets that many requests pass first, `times` bounds how many
        are touched (None: all), and the first request that meets `until` ends it. A fault may be given as text, which
        then says all of this itself: `"token[refresh_token] : ServerError(503) x2"` (see `fakeprovider.faults.text`).
        Yields the first of what is armed, with its `fired` count. Raises `FaultNotMet` at the end of the block for a
        fault that nothing met, unless `optional`; `SettingError` for an aim or a fault that means nothing, and where
        the state is shared: faults are armed over the control API there, for every process.
        """
        endpoints = (at,) if isinstance(at, str) else tuple(at)
        trigger = Trigger(endpoints, grant, client, after, when, until, optional)
        armed = plan(faults, trigger, times)
        self._check_own()
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
    ) -> Iterator[ArmedFault]:
        """Keep a sequence of faults armed for a block: the n-th request meets the n-th; None lets one pass.

        Raises like `failing`; every fault of the sequence has to be met.
        """
        endpoints = (at,) if isinstance(at, str) else tuple(at)
        trigger = Trigger(endpoints, grant, client, after, when, None, optional)
        armed = ArmedFault(steps_of(faults, times=1), trigger)
        self._check_own()
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
        """Sign `person` (the user, unless given) in at `client_id` without a flow, and return the tokens.

        For seeding a client's store: the provider knows these tokens, and no fault touches them. `expires_in` and
        `refresh_in` are the seconds that the access token and the refresh token live; below 0 they are expired
        already. Raises `SettingError` for values that mean nothing.
        """
        terms = IssueOptions(nonce=nonce, access_token_lifetime=expires_in, refresh_token_lifetime=refresh_in)
        resources = (audience,) if isinstance(audience, str) else tuple(audience)
        return issue_directly(self, client_id, person or self.user.person, scope, resources, terms)

    def _check_own(self) -> None:
        if self.backend.shared:
            raise SettingError(
                "failing() and script() arm a fault in this process, and other processes serve this provider too; "
                "arm it over the control API, which arms it in all of them: POST /_control/faults"
            )

    def _own_hosts(
        self, host: str, port: int, ca_file: str | os.PathLike[str] | None, tls: bool, origin: str, limits: Limits
    ) -> VirtualHosts:
        certificates = None
        if ca_file is not None and not tls:
            raise SettingError("provider setting 'ca_file': on plain http there is no authority; set tls as well")
        if check_flag("tls", tls):
            # Nobody on plain http pays for the import.
            from fakeprovider.server.certificates import Certificates

            certificates = Certificates(
                urlsplit(origin).hostname or host, Path(ca_file).absolute() if ca_file else None
            )
        crashed, noise = self.crashes.append, self._on_noise
        return VirtualHosts(host, port, certificates, on_error=crashed, on_noise=noise, known_as=origin, limits=limits)

    def _on_noise(self, data: bytes, what: str) -> None:
        self.journal.noise.append(Noise(what, data))


def _backend(state: object, path: str, dialect: str, *, control: bool) -> StateBackend | None:
    """Return where the state of the provider at `path` is kept, None for this process."""
    if state == "":
        return None
    if not control:
        raise SettingError(
            "provider setting 'state': several processes are controlled over the control API; add control=True"
        )
    # Nobody who keeps it here pays for the import.
    from fakeprovider.redis_state import RedisBackend, check_state

    return RedisBackend(check_state(state), path, dialect)

"""The server: a port, the poller and the threads behind it, which can be taken down and up again."""

from __future__ import annotations

import math
import ssl
import threading
import time
import warnings
from types import TracebackType

from fakeprovider.server.connection import Greet
from fakeprovider.server.connections import Connections
from fakeprovider.server.limits import Limits
from fakeprovider.server.listener import Listener, resolved
from fakeprovider.server.poller import Poller
from fakeprovider.server.service import Handle, OnError, OnNoise, Service
from fakeprovider.server.workers import Workers

_DEFAULT_LIMITS = Limits()
_PATIENCE = 5.0  # seconds that stop() gives handlers to return


class Server:
    """Serves HTTP/1.1, or HTTPS with an `ssl_context`, on one port: every request is answered by `handle`.

    Raises TypeError or ValueError for arguments that can never work; `start` raises `PortInUse` when the port is taken.
    """

    def __init__(
        self,
        handle: Handle,
        host: str = "127.0.0.1",
        port: int = 0,
        ssl_context: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        *,
        on_noise: OnNoise | None = None,
        on_error: OnError | None = None,
        greet: Greet | None = None,
    ) -> None:
        _check_port(port)
        _check_context(ssl_context)
        resolved(host, port)
        self.host = host
        self._wanted_port = self._port = port
        self._limits = limits or _DEFAULT_LIMITS
        self._service = Service(handle, self._limits, ssl_context, greet, on_noise, on_error)
        self._serving: _Serving | None = None
        self._ended: _Serving | None = None
        self._refusing = False
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """The port that is served, or the one asked for before `start`."""
        return self._port

    @property
    def running(self) -> bool:
        """Whether the server was started and not stopped; also while it is down."""
        return self._serving is not None

    def start(self) -> None:
        """Bind the port and serve. A stopped server can be started again; port 0 then finds another port.

        Raises `PortInUse` (an OSError) when the port is taken, RuntimeError when the server runs already.
        """
        with self._lock:
            if self._serving is not None:
                raise RuntimeError(f"this server already serves {self.host} port {self.port}; stop() it first")
            self._serving = _Serving(self._service, self.host, self._wanted_port)
            self._port, self._refusing = self._serving.listener.port, False

    def stop(self) -> None:
        """Close the port and every connection at once, and wait for their threads. May be called again.

        Handlers that do not return within 5 seconds are left behind with a ResourceWarning that names them.
        """
        with self._lock:
            if self._serving is not None:
                self._serving.stop()
                self._serving, self._ended = None, self._serving
        if self._ended is not None and (stuck := self._ended.wait(_PATIENCE)):
            message = (
                f"stopped, but still handling after {_PATIENCE:g} s: {', '.join(stuck)}; wait with Connection.wait"
            )
            warnings.warn(message, ResourceWarning, stacklevel=2)

    def down(self) -> None:
        """Refuse new connections and close the open ones, and keep the port. Does nothing when down already.

        The request that calls this still gets its answer.
        """
        with self._lock:
            serving = self._running()
            if not self._refusing:
                serving.listener.refuse()
                self._refusing = True
                serving.connections.hang_up()

    def up(self) -> None:
        """Serve again on the same port. Does nothing when not down."""
        with self._lock:
            serving = self._running()
            if self._refusing:
                serving.listener.listen()
                self._refusing = False

    def due_in(self) -> float:
        """Return in how many seconds an answer that is held back is due: infinite where none is, or for ever.

        0.0 while a request is on its way or being answered.
        """
        with self._lock:
            serving = self._serving
            if serving is None:
                return math.inf
            return 0.0 if serving.listener.pressed else serving.connections.due_in()

    def skip(self, seconds: float) -> None:
        """Let every answer that is held back come `seconds` earlier."""
        with self._lock:
            if self._serving is not None:
                self._serving.connections.skip(seconds)

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _running(self) -> _Serving:
        if self._serving is None:
            raise RuntimeError("this server is not running; start() it first")
        return self._serving


class _Serving:
    """What a server has while it runs, from its start to its stop. Raises OSError for a port it cannot have."""

    def __init__(self, service: Service, host: str, port: int) -> None:
        self._poller = Poller(service.limits.idle_seconds)
        self._workers = Workers()
        self.connections = Connections(service, self._poller, self._workers)
        try:
            self.listener = Listener(host, port, self._poller, self.connections)
            self.listener.listen()
        except OSError:
            self._poller.stop()
            raise

    def stop(self) -> None:
        """Close the port and every connection, without waiting for those who answer."""
        self.listener.close()
        self._poller.stop()
        self.connections.hang_up()

    def wait(self, seconds: float) -> list[str]:
        """Wait for the threads to end; return the names of connections that are still being handled by then."""
        until = time.monotonic() + seconds
        for thread in self._workers.end():
            if thread is not threading.current_thread():
                thread.join(max(0.0, until - time.monotonic()))
        return self.connections.end()


def _check_port(port: object) -> None:
    if not isinstance(port, int) or isinstance(port, bool):
        raise TypeError(f"port {port!r} is a {type(port).__name__}, expected an int from 0 (any free port) to 65535")
    if not 0 <= port <= 65535:
        raise ValueError(f"port {port} is out of range, expected 0 (any free port) to 65535")


def _check_context(context: ssl.SSLContext | None) -> None:
    if context is not None and context.protocol == ssl.PROTOCOL_TLS_CLIENT:
        raise ValueError("ssl_context is one for clients, expected ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)")

"""The server: an accept loop with one thread per connection, which can be taken down and up again."""

from __future__ import annotations

import dataclasses
import socket
import ssl
import threading
import time
import warnings
from types import TracebackType

from fakeprovider.server.answer import Answer
from fakeprovider.server.connection import Connection, Greet
from fakeprovider.server.handler import ConnectionHandler, turn_away
from fakeprovider.server.limits import Limits
from fakeprovider.server.listener import Listener, resolved
from fakeprovider.server.request import Request
from fakeprovider.server.service import Handle, OnError, OnNoise, Service

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
        self._listener: Listener | None = None
        self._refusing = False
        self._threads: dict[Connection, threading.Thread] = {}
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """The port that is served, or the one asked for before `start`."""
        return self._port

    @property
    def running(self) -> bool:
        """Whether the server was started and not stopped; also while it is down."""
        return self._listener is not None

    def start(self) -> None:
        """Bind the port and serve. A stopped server can be started again; port 0 then finds another port.

        Raises `PortInUse` (an OSError) when the port is taken, RuntimeError when the server runs already.
        """
        with self._lock:
            if self._listener is not None:
                raise RuntimeError(f"this server already serves {self.host} port {self.port}; stop() it first")
            listener = Listener(self.host, self._wanted_port, self._accepted)
            try:
                listener.listen()
            except OSError:
                listener.close()
                raise
            self._listener, self._port, self._refusing = listener, listener.port, False

    def stop(self) -> None:
        """Close the port and every connection at once, and wait for their threads. May be called again.

        Handlers that do not return within 5 seconds are left behind with a ResourceWarning that names them.
        """
        with self._lock:
            listener, self._listener = self._listener, None
            if listener is not None:
                listener.close()
            threads = self._hang_up()
        until = time.monotonic() + _PATIENCE
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, until - time.monotonic()))
        if stuck := [
            thread.name for thread in threads if thread.is_alive() and thread is not threading.current_thread()
        ]:
            message = (
                f"stopped, but still handling after {_PATIENCE:g} s: {', '.join(stuck)}; wait with Connection.wait"
            )
            warnings.warn(message, ResourceWarning, stacklevel=2)

    def down(self) -> None:
        """Refuse new connections and close the open ones, and keep the port. Does nothing when down already.

        The request that calls this still gets its answer.
        """
        with self._lock:
            listener = self._running_listener()
            if not self._refusing:
                listener.refuse()
                self._refusing = True
                self._hang_up()

    def up(self) -> None:
        """Serve again on the same port. Does nothing when not down."""
        with self._lock:
            listener = self._running_listener()
            if self._refusing:
                listener.listen()
                self._refusing = False

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _running_listener(self) -> Listener:
        if self._listener is None:
            raise RuntimeError("this server is not running; start() it first")
        return self._listener

    def _accepted(self, raw: socket.socket) -> None:
        """Start a thread for a new connection; runs on the accepting thread."""
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(raw)
        except OSError:  # the client has gone already
            raw.close()
            return
        self._forget_ended()
        service = self._service if len(self._threads) < self._limits.connections else self._turning_away()
        name = "connection from {}:{}".format(*connection.peer)
        thread = threading.Thread(target=ConnectionHandler(connection, service).run, name=name, daemon=True)
        self._threads[connection] = thread
        try:
            thread.start()
        except RuntimeError as error:  # the system has no thread left for us
            del self._threads[connection]
            raw.close()
            service.error(error)

    def _turning_away(self) -> Service:
        return dataclasses.replace(self._service, handle=_last_answer(turn_away(self._limits.connections)))

    def _forget_ended(self) -> None:
        # Not done by the threads themselves: stop() could then miss one that has signed off and not quite ended.
        for connection, thread in list(self._threads.items()):
            if not thread.is_alive():
                del self._threads[connection]

    def _hang_up(self) -> list[threading.Thread]:
        """Close every connection, except after its answer the one whose request asks for it."""
        conversations = list(self._threads.items())
        for connection, thread in conversations:
            if thread is threading.current_thread():
                connection.close_after_answer()
            else:
                connection.interrupt()
        return [thread for _, thread in conversations]


def _last_answer(answer: Answer) -> Handle:
    def handle(request: Request) -> Answer:
        request.connection.close_after_answer()
        return answer

    return handle


def _check_port(port: object) -> None:
    if not isinstance(port, int) or isinstance(port, bool):
        raise TypeError(f"port {port!r} is a {type(port).__name__}, expected an int from 0 (any free port) to 65535")
    if not 0 <= port <= 65535:
        raise ValueError(f"port {port} is out of range, expected 0 (any free port) to 65535")


def _check_context(context: ssl.SSLContext | None) -> None:
    if context is not None and context.protocol == ssl.PROTOCOL_TLS_CLIENT:
        raise ValueError("ssl_context is one for clients, expected ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)")

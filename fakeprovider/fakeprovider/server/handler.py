"""The requests of one connection: read whole, each within its time, and answered in the order they came."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable

from fakeprovider.server.answer import Answer
from fakeprovider.server.connection import Connection
from fakeprovider.server.parser import TLS_HANDSHAKE, Received, Refusal, RequestParser, named_before_tls
from fakeprovider.server.request import Environ, Request, environ_base
from fakeprovider.server.service import Service

_REMEMBERED = 64 * 1024  # bytes of an unfinished request kept to report it
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class RequestReader:
    """The requests of one connection, one after another; pipelined ones wait until they are asked for.

    When `next` returns None no further request comes: `refusal` then holds what to tell the client, or None when the
    client left or was idle for too long.
    """

    def __init__(self, connection: Connection, service: Service) -> None:
        self.refusal: Refusal | None = None
        self._connection = connection
        self._service = service
        self._limits = service.limits
        self._parser = RequestParser(service.limits)
        self._unfinished = b""

    @property
    def between_requests(self) -> bool:
        """Whether everything that arrived has been taken."""
        return not (self._parser.requests or self._parser.begun or self._parser.refusal)

    def next(self) -> Received | None:
        """Return the next whole request, None when there is none."""
        parser = self._parser
        if not parser.requests and not self._fill():
            return None
        return parser.requests.popleft()

    def _fill(self) -> bool:
        """Read until a request is whole."""
        parser, connection = self._parser, self._connection
        until = time.monotonic() + self._limits.request_seconds if parser.begun else 0.0
        while not parser.requests:
            if parser.refusal is not None:
                return self._refuse(parser.refusal)
            try:
                if until:
                    connection.allow(max(0.001, until - time.monotonic()))
                data = connection.receive()
            except OSError as error:
                return self._failed(error)
            if not data:
                return self._left()
            parser.feed(data)
            if not parser.requests or parser.begun or parser.refusal:
                until = until or time.monotonic() + self._limits.request_seconds
                self._keep(data)
        if until:
            connection.allow(self._limits.idle_seconds)
        return True

    def _keep(self, data: bytes) -> None:
        """Keep the beginning of an unfinished request for reports; answer `Expect: 100-continue` (RFC 9110 10.1.1)."""
        if not self._parser.requests and self._parser.expects_continue and self._parser.refusal is None:
            self._parser.expects_continue = False
            self._connection.write(_CONTINUE)
        self._unfinished = (b"" if self._parser.requests else self._unfinished) + data
        self._unfinished = self._unfinished[:_REMEMBERED]

    def _failed(self, error: OSError) -> bool:
        if isinstance(error, TimeoutError):
            if self._parser.begun:
                seconds = self._limits.request_seconds
                return self._refuse(Refusal(408, f"the request did not arrive whole within {seconds:g} seconds"))
            return False
        if isinstance(error, ssl.SSLError) and not self._connection.interrupted:
            self._service.noise(self._unfinished, f"TLS failed: {error}")
            return False
        return self._left()

    def _left(self) -> bool:
        if self._parser.begun and not self._connection.interrupted:
            self._service.noise(self._unfinished, "the client closed the connection in the middle of a request")
        return False

    def _refuse(self, refusal: Refusal) -> bool:
        self._service.noise(self._unfinished, refusal.reason)
        self.refusal = refusal
        return False


_LINGER = 1.0  # seconds a refused client gets to finish sending, so that it can read why it was refused
_MOMENT = 0.01  # seconds; most clients that go on at all do so at once, and are answered by a thread that still waits


class ConnectionHandler:
    """Everything that happens on one connection, from the first byte to the last."""

    def __init__(self, connection: Connection, service: Service) -> None:
        self._connection = connection
        self._service = service
        self._reader: RequestReader | None = None
        self._base: Environ = {}

    def run(self, pressed: Callable[[], bool] | None = None) -> bool:
        """Serve the connection to its end; return whether it is open yet.

        With `pressed` that is so when nothing came for a moment: call this again once there is something to read. The
        moment is none where `pressed` says that other connections wait for this thread.
        """
        silent = False
        try:
            if (reader := self._reader or self._begun()) is not None:
                silent = self._answer_all(reader, pressed) and pressed is not None
        except OSError:
            pass  # the socket was closed under us, by `greet` or by the client
        except Exception as error:  # raised by a hook
            self._service.error(error)
        finally:
            if not silent:
                self._connection.close()
        return silent

    def _begun(self) -> RequestReader | None:
        """Do what comes before the first request; None when there will not be any."""
        if not (self._greeted() and self._secured()):
            return None
        self._connection.allow(self._service.limits.idle_seconds)
        self._connection.allow_to_write(self._service.limits.idle_seconds)
        self._base = environ_base(self._connection)
        self._reader = RequestReader(self._connection, self._service)
        return self._reader

    def _greeted(self) -> bool:
        greet = self._service.greet
        return greet is None or self._connection.shown_to(greet)

    def _secured(self) -> bool:
        """Do the TLS handshake where TLS is served; report what went wrong where it fails."""
        context, connection = self._service.ssl_context, self._connection
        if context is None:
            return True
        seconds = self._service.limits.request_seconds
        connection.allow(seconds)
        arrived = connection.peek()
        if arrived and not TLS_HANDSHAKE.startswith(arrived[: len(TLS_HANDSHAKE)]):
            reason = named_before_tls(arrived)
            self._service.noise(arrived, reason)
            self._refuse(Refusal(400, reason))
            return False
        try:
            connection.secure(context, seconds)
        except (OSError, ValueError) as error:
            if arrived and not connection.interrupted:
                self._service.noise(b"", f"TLS handshake failed: {error}")
            return False
        return True

    def _answer_all(self, reader: RequestReader, pressed: Callable[[], bool] | None) -> bool:
        """Answer every request that comes; return whether the connection stays open, and nothing comes any more."""
        connection = self._connection
        while not reader.between_requests or connection.speaks_within(self._moment(pressed)):
            received = reader.next()
            if received is None:
                if reader.refusal is not None:
                    self._refuse(reader.refusal)
                return False
            connection.begin(received.method, received.version, received.keep_alive)
            try:
                self._answer(received, self._base)
            except BaseException as error:
                self._failed(error)
            if not connection.stays_open:
                return False
        return True

    def _moment(self, pressed: Callable[[], bool] | None) -> float:
        """Return for how many seconds to wait for a next request."""
        if pressed is None:
            return self._service.limits.idle_seconds
        return 0.0 if pressed() else _MOMENT

    def _answer(self, received: Received, base: Environ) -> None:
        answer = self._service.handle(Request.of(received, base, self._connection))
        if answer.deliver is None:
            self._connection.send(answer)
        else:
            answer.deliver(self._connection, answer)

    def _failed(self, error: BaseException) -> None:
        """Report what a handler or a delivery raised, and answer 500 where nothing has been sent yet."""
        connection = self._connection
        connection.close_after_answer()
        try:
            self._service.error(error)
        finally:
            if not connection.written:
                connection.send(_plain(500, f"{type(error).__name__} was raised while this request was handled\n"))

    def _refuse(self, refusal: Refusal) -> None:
        self._connection.begin("GET", "1.1", keep_alive=False)
        self._connection.send(_plain(refusal.status, f"{refusal.reason}\n"))
        self._connection.close(linger=_LINGER)


def _plain(status: int, text: str) -> Answer:
    return Answer(status, [("Content-Type", "text/plain; charset=utf-8")], text.encode())

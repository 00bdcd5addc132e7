"""The requests of one connection, answered in the order they came."""

from __future__ import annotations

from werkzeug.wrappers import Request

from fakeprovider.answer import Answer
from fakeprovider.server.connection import Connection
from fakeprovider.server.environ import environ_base, environ_of
from fakeprovider.server.noise import TLS_HANDSHAKE, named_before_tls
from fakeprovider.server.parsing import Received, Refusal
from fakeprovider.server.reading import Reader
from fakeprovider.server.service import Service

_LINGER = 1.0  # seconds a refused client gets to finish sending, so that it can read why it was refused


class Conversation:
    """Everything that happens on one connection, from the first byte to the last."""

    def __init__(self, connection: Connection, service: Service) -> None:
        self._connection = connection
        self._service = service

    def run(self) -> None:
        """Serve the connection until either side ends it; always leaves it closed."""
        connection = self._connection
        try:
            if self._greeted() and self._secured():
                connection.allow(self._service.limits.idle_seconds)
                self._answer_all()
        except OSError:
            pass  # the socket was closed under us, by `greet` or by the client
        except Exception as error:  # raised by a hook
            self._service.error(error)
        finally:
            connection.close()

    def _greeted(self) -> bool:
        greet = self._service.greet
        return greet is None or self._connection.shown_to(greet)

    def _secured(self) -> bool:
        """Get TLS going when it is wanted; say what went wrong when it does not."""
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

    def _answer_all(self) -> None:
        connection = self._connection
        reader = Reader(connection, self._service)
        base = environ_base(connection)
        while (received := reader.next()) is not None:
            connection.begin(received.method, received.version, received.keep_alive)
            try:
                self._answer(received, base)
            except BaseException as error:
                self._failed(error)
            if not connection.stays_open:
                return
        if reader.refusal is not None:
            self._refuse(reader.refusal)

    def _answer(self, received: Received, base: dict[str, object]) -> None:
        # Without populate_request: environ and request would hold each other until the garbage collector runs.
        request = Request(environ_of(received, base), populate_request=False)
        answer = self._service.handle(request)
        if answer.deliver is None:
            self._connection.send(answer)
        else:
            answer.deliver(self._connection, answer)

    def _failed(self, error: BaseException) -> None:
        """A handler or a delivery raised: whatever it was, the client is not left waiting."""
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


def turn_away(limit: int) -> Answer:
    """What a client hears that came when `limit` connections were open."""
    return _plain(503, f"{limit} connections are open, which is the limit; close one, or raise Limits.connections\n")


def _plain(status: int, text: str) -> Answer:
    return Answer(status, [("Content-Type", "text/plain; charset=utf-8")], text.encode())

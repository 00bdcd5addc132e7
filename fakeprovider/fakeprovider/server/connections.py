"""Every open connection of a running server: which have a thread, which are watched for one, and how many may be."""

from __future__ import annotations

import dataclasses
import math
import select
import socket
import threading
from typing import Final

from fakeprovider.server.answer import Answer
from fakeprovider.server.connection import Connection
from fakeprovider.server.files import most_connections
from fakeprovider.server.handler import ConnectionHandler
from fakeprovider.server.poller import Poller
from fakeprovider.server.request import Request
from fakeprovider.server.service import Handle, Service
from fakeprovider.server.workers import STUCK_SECONDS, Workers

_TURNED_AWAY: Final = 32  # connections beyond the limit that are told so at the same time
_PATIENCE_TO_TURN_AWAY: Final = 1.0  # seconds in which they have to ask for something
_BY_SETTING: Final = "close idle ones, or raise the limit (`connection_limit` of the provider)"
_BY_FILES: Final = "close idle ones, or let this process have more open files (`ulimit -n`)"


class Connections:
    """The open connections of one server.

    Silent ones are watched by `poller` and cost no thread; one that speaks is given one of `workers`, until it has
    been silent for a moment. `limit` is how many are served, with the advice for whoever meets it.
    """

    def __init__(self, service: Service, poller: Poller, workers: Workers) -> None:
        self._service = service
        self._poller = poller
        self._workers = workers
        self._open: dict[_Open, None] = {}  # not a set: the oldest first
        self._relieving = False
        self.limit = min(service.limits.connections, most_connections(_TURNED_AWAY))
        self._advice = _BY_FILES if self.limit < service.limits.connections else _BY_SETTING

    @property
    def has_room(self) -> bool:
        """Whether another connection can be accepted, be it to be turned away."""
        return len(self._open) < self.limit + _TURNED_AWAY

    def accept(self, raw: socket.socket) -> None:
        """Take in a new connection; runs on the poller's thread."""
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(raw)
        except OSError:  # the client has gone already
            raw.close()
            return
        welcome = len(self._open) < self.limit
        handler = ConnectionHandler(connection, self._service if welcome else self._turning_away())
        opened = _Open(self, connection, handler, yields=welcome)
        self._open[opened] = None
        # Most clients speak at once: where threads are to be had, one waits a moment for that, which is faster.
        if not welcome or self._service.greet is not None or self._workers.at_leisure:
            opened.ready()
        else:
            self.watch(opened)

    def watch(self, opened: _Open) -> None:
        """Wait for a silent connection to speak, without a thread; close it where the server has stopped."""
        if not self._poller.watch(opened):
            self.close(opened)

    def serve(self, opened: _Open) -> None:
        """Give a connection that speaks a thread; runs on the poller's thread."""
        try:
            at_once = self._workers.submit(opened.serve)
        except RuntimeError as error:  # the system has no thread for us
            self.close(opened)
            self._service.error(error)
            return
        if not at_once and not self._relieving:
            self._relieving = True
            self._poller.later(STUCK_SECONDS, self._relieve)

    def close(self, opened: _Open) -> None:
        """Close a connection that has no thread, and forget it."""
        opened.connection.close()
        self._open.pop(opened, None)

    def pressed(self) -> bool:
        """Return whether connections wait for a thread."""
        return self._workers.pressed

    def due_in(self) -> float:
        """Return in how many seconds an answer that is held back is due: infinite where none is, or for ever.

        0.0 while a request is on its way or being answered.
        """
        everyone, poll = list(self._open), select.poll()
        for opened in everyone:
            if (descriptor := opened.fileno()) >= 0:
                poll.register(descriptor, select.POLLIN)
        # In this order: who takes what has arrived has a thread before that, and keeps it until all is answered.
        if poll.poll(0):
            return 0.0
        return min((one.connection.due_in() for one in everyone if one.thread is not None), default=math.inf)

    def skip(self, seconds: float) -> None:
        """Let every answer that is held back come `seconds` earlier."""
        for opened in list(self._open):
            opened.connection.skip(seconds)

    def hang_up(self) -> None:
        """Close every connection, except after its answer the one whose request asks for it."""
        for opened in list(self._open):
            if opened.thread is threading.current_thread():
                opened.connection.close_after_answer()
                continue
            opened.connection.interrupt()
            if self._poller.unwatch(opened):
                self.close(opened)

    def end(self) -> list[str]:
        """Close what is left once poller and workers have stopped; return the names of those still being handled."""
        handled = []
        for opened in list(self._open):
            if opened.thread is None:
                self.close(opened)
            elif opened.thread is not threading.current_thread():
                handled.append("connection from {}:{}".format(*opened.connection.peer))
        return handled

    def _relieve(self) -> None:
        self._relieving = self._workers.relieve()
        if self._relieving:
            self._poller.later(STUCK_SECONDS, self._relieve)

    def _turning_away(self) -> Service:
        text = f"{self.limit} connections are open, which is the limit; {self._advice}\n"
        answer = Answer(503, [("Content-Type", "text/plain; charset=utf-8")], text.encode())
        limits = dataclasses.replace(self._service.limits, idle_seconds=_PATIENCE_TO_TURN_AWAY)
        return dataclasses.replace(self._service, handle=_last(answer), limits=limits)


class _Open:
    """One open connection; `thread` is the one that serves it, None while it is silent or waits for one.

    Without `yields` it keeps its thread to its end.
    """

    def __init__(self, owner: Connections, connection: Connection, handler: ConnectionHandler, *, yields: bool) -> None:
        self.connection = connection
        self.thread: threading.Thread | None = None
        self._owner = owner
        self._handler = handler
        self._pressed = owner.pressed if yields else None

    def fileno(self) -> int:
        """Return the descriptor of the socket."""
        return self.connection.fileno()

    def ready(self) -> None:
        """Have a thread serve it."""
        self._owner.serve(self)

    def expired(self) -> None:
        """Close it: it has been silent for too long."""
        self._owner.close(self)

    def serve(self) -> None:
        """Serve it until it is silent or over; runs on a thread of the workers."""
        self.thread = threading.current_thread()
        silent = False
        try:
            silent = self._handler.run(self._pressed)
        finally:
            self.thread = None
            if silent:
                self._owner.watch(self)
            else:
                self._owner.close(self)


def _last(answer: Answer) -> Handle:
    def handle(request: Request) -> Answer:
        request.connection.close_after_answer()
        return answer

    return handle

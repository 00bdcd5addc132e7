"""Time that is skipped: answers that are held back come earlier, and a server tells when the next one is due."""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from fakeprovider.server import Request, Server
from fakeprovider.server.answer import Answer

Serve = Callable[..., Server]
Dial = Callable[[Server], socket.socket]
Ask = Callable[..., tuple[int, Any]]

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


class Holding:
    """A handler that holds its answer back, for so many seconds."""

    def __init__(self, seconds: float | None) -> None:
        self.waits = threading.Event()
        self._seconds = seconds

    def __call__(self, request: Request) -> Answer:
        """Hold."""
        threading.Timer(0.05, self.waits.set).start()
        return Answer(200 if request.connection.wait(self._seconds) else 500, [], b"held")


def test_a_server_at_rest_has_nothing_due(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Neither without a connection nor with one that is silent."""
    server = serve()
    assert server.due_in() == math.inf
    wire = dial(server)
    assert ask(wire)[0] == 200
    eventually(lambda: server.due_in() == math.inf)


@pytest.mark.parametrize(("seconds", "due"), [(1000.0, 1000.0), (None, math.inf)])
def test_an_answer_that_is_held_is_due(serve: Serve, dial: Dial, seconds: float | None, due: float) -> None:
    """After its seconds, or never."""
    server = serve(holding := Holding(seconds))
    dial(server).sendall(GET)
    assert holding.waits.wait(10)
    assert server.due_in() == pytest.approx(due, abs=60)


def test_a_request_that_is_being_answered_is_due_now(serve: Serve, dial: Dial) -> None:
    """Whatever it waits for is none of the waits of a connection."""
    begun, go_on = threading.Event(), threading.Event()

    def handle(request: Request) -> Answer:
        begun.set()
        go_on.wait(10)
        return Answer(200)

    server = serve(handle)
    dial(server).sendall(GET)
    assert begun.wait(10)
    assert server.due_in() == 0.0
    go_on.set()


def test_half_a_request_is_due_now(serve: Serve, dial: Dial) -> None:
    """The rest may be on its way."""
    server = serve()
    dial(server).sendall(GET[:10])
    eventually(lambda: server.due_in() == 0.0)


def test_a_held_answer_comes_earlier(serve: Serve, dial: Dial) -> None:
    """By as much as is skipped, in as many parts as one likes."""
    server = serve(holding := Holding(1000))
    wire = dial(server)
    wire.sendall(GET)
    assert holding.waits.wait(10)
    server.skip(400)
    assert server.due_in() == pytest.approx(600, abs=60)
    server.skip(600)
    assert wire.recv(1000).startswith(b"HTTP/1.1 200")


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until it is so, or fail."""
    for _turn in range(500):
        if condition():
            return
        threading.Event().wait(0.01)
    pytest.fail("it was never so")

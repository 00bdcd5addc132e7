"""Sloppy clients of the family `browser` whose little server is a bad one."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from reference_client import loopback
from reference_client.errors import SignInError
from reference_client.flows import browser
from reference_client.loopback import Loopback
from reference_client.token_endpoint import Tokens
from tests.sloppy.defects import sloppy


@sloppy("browser/callback-page-is-inert", Loopback, "page")
def repeats_what_it_was_sent(
    page: Callable[[Loopback, str], tuple[int, str]], self: Loopback, target: str
) -> tuple[int, str]:
    """The page shows what was asked for, as it came."""
    status, text = page(self, target)
    return status, f"{text} {unquote_plus(target)}"


@sloppy("browser/stray-request-first", Loopback, "page")
def expects_one_request(
    page: Callable[[Loopback, str], tuple[int, str]], self: Loopback, target: str
) -> tuple[int, str]:
    """The first request is taken for the callback, whatever it asks for, and the last one that is answered."""
    status, text = page(self, target)
    if status == 404:
        self.finish()
    return status, text


@sloppy("browser/duplicate-callback", browser, "sign_in")
def exchanges_every_callback(sign_in: Callable[..., Tokens], *arguments: object) -> Tokens:
    """Each callback has its code exchanged, also one that has come before."""
    page, exchange, came = Loopback.page, browser.exchange, list[str]()

    def counting(self: Loopback, target: str) -> tuple[int, str]:
        came.append(target)
        answer = page(self, target)
        time.sleep(0.2)
        return answer

    def exchanging(*arguments: Any) -> Tokens:
        tokens = exchange(*arguments)
        return exchange(*arguments) if len({*came}) < len(came) else tokens

    vars(browser)["exchange"] = exchanging
    type.__setattr__(Loopback, "page", counting)
    return sign_in(*arguments)


@sloppy("browser/port-busy", loopback, "_bound", hangs=True)
def hopes_for_the_best(
    bound: Callable[[Loopback, int], tuple[loopback._Server, str]], waiting: Loopback, port: int
) -> tuple[loopback._Server, str]:
    """Where its port is taken, it listens at another one, and sends the browser to the first all the same."""
    try:
        return bound(waiting, port)
    except SignInError:
        server, host = bound(waiting, 0)
        server.server_port = port
        return server, host


@sloppy("browser/login-returns-to-the-prompt", loopback._Handler, "_send")
def waits_for_the_browser_to_close(
    send: Callable[[loopback._Handler, int, str], None], self: loopback._Handler, status: int, text: str
) -> None:
    """As long as the browser keeps its connection, there is a thread that waits for another request."""
    peer = self.connection.dup()
    peer.settimeout(60)
    send(self, status, text)
    threading.Thread(target=_wait_for_the_end, args=(peer,), daemon=False).start()


def _wait_for_the_end(peer: socket.socket) -> None:
    """Wait until the browser closes or resets the connection."""
    with contextlib.suppress(OSError):
        peer.recv(1)

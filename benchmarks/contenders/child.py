"""What every contender in Python is wrapped in: it reads commands from stdin and answers on stdout.

cycle N   start, one request and stop, N times: `[[ms to the first 200, ms until stopped], ...]`
open      start and stay: `{"port": ..., "token": {"body": ..., "refresh": ...} or null}`
close     stop what `open` started
Lines that begin with "= " are answers, all else is what a peer prints for itself. A closed stdin ends the child.
Standard library only: it runs in the environments of the peers too.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

DISCOVERY = "/.well-known/openid-configuration"


class TokenRequest(NamedTuple):
    """A request to the token endpoint; `{refresh_token}` in its body is `refresh` at first, then what answers bring."""

    body: str
    refresh: str = ""
    authorization: str = ""
    """The Authorization header, for peers that take client secrets nowhere else."""


def basic(client_id: str, secret: str) -> str:
    """HTTP Basic authentication (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


class Serving(NamedTuple):
    """A contender that serves on `port` of 127.0.0.1; `token` asks it for a token, where it has any."""

    port: int
    token: Callable[[], TokenRequest] | None = None


Start = Callable[[], AbstractContextManager[Serving]]


def run(start: Start) -> None:
    """Do what stdin says until it ends."""
    with contextlib.ExitStack() as opened:
        for line in sys.stdin:
            command, _, argument = line.strip().partition(" ")
            if command == "cycle":
                _say([cycle(start) for _ in range(int(argument))])
            elif command == "open":
                serving = opened.enter_context(start())
                token = serving.token() if serving.token else None
                _say({"port": serving.port, "token": token and token._asdict()})
            elif command == "close":
                opened.close()
                _say({})


def cycle(start: Start) -> tuple[float, float]:
    """Milliseconds from start to the first 200 that `http.client` gets, and until it is stopped again."""
    began = time.perf_counter()
    with start() as serving:
        client = http.client.HTTPConnection("127.0.0.1", serving.port)
        client.request("GET", DISCOVERY, headers={"Host": f"localhost:{serving.port}"})
        answer = client.getresponse()
        answer.read()
        answered = time.perf_counter()
        client.close()
    stopped = time.perf_counter()
    if answer.status != 200:
        raise RuntimeError(f"expected a 200, got {answer.status}")
    return (answered - began) * 1000, (stopped - began) * 1000


def _say(answer: object) -> None:
    print("=", json.dumps(answer), flush=True)

"""A scriptable provider for the reference client, made without any code of ours, and a clock that does not wait."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from reference_client.session import Session

NOW = 1_700_000_000.0
DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Reply:
    """What a path answers; `wire` writes something else than HTTP, or nothing."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    wire: Callable[[BaseHTTPRequestHandler], None] | None = None
    then: Callable[[], None] | None = None
    """Called before the answer is sent."""


@dataclass(frozen=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    form: Mapping[str, str]


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that hang up are what some tests are about, and stderr is the client's."""


class StubProvider:
    """A provider and its API on one socket: every path answers as it was told, and remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._replies: dict[str, list[Reply]] = {}
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005})
        self._thread.start()

    def close(self) -> None:
        """Stop serving, and refuse connections."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answers(self, path: str, *replies: Reply) -> None:
        """Answer `path` with `replies`, one after the other, the last one for ever."""
        self._replies[path] = list(replies)

    def paths(self) -> list[str]:
        """Return the paths that were asked for, discovery and keys left out."""
        return [asked.path for asked in self.asked if asked.path not in (DISCOVERY, "/jwks")]

    def forms(self, path: str) -> list[Mapping[str, str]]:
        """Return the forms that were posted to `path`."""
        return [asked.form for asked in self.asked if asked.path == path]

    def next(self, path: str) -> Reply:
        """Return what `path` answers now."""
        replies = self._replies.get(path, [Reply(404)])
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def _handler(stub) -> type[BaseHTTPRequestHandler]:  # noqa: N805  # `self` is the handler's, below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet: 40 ms less a request

            def do_GET(self) -> None:
                form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                path = self.path.partition("?")[0]
                stub.asked.append(Asked(self.command, path, dict(self.headers), dict(parse_qsl(form))))
                reply = stub.next(path)
                if reply.then is not None:
                    reply.then()
                if reply.wire is not None:
                    self.close_connection = True
                    reply.wire(self)
                    return
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  # http.server's naming

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


class FakeClock:
    """The clock of the reference client: `time` in seconds since the epoch; waits cost nothing, `naps` has them."""

    def __init__(self) -> None:
        self.time = NOW
        self.naps: list[float] = []

    def now(self) -> float:
        """Return the time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.naps.append(seconds)
        self.time += seconds


class Signer:
    """A signing key, its public half as the provider publishes it, and tokens signed with it."""

    def __init__(self, kid: str = "key-1") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.kid = kid
        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        self.jwk = {**public, "kid": kid, "use": "sig", "alg": "ES256"}

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        """Return a token with these claims."""
        return jwt.encode(dict(claims), self._key, "ES256", {"kid": self.kid, **header})


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]
"""Runs one command of the reference client: `run("use", "--timeout", "1")`."""
SignedIn = Callable[..., Session]
"""Stores a session, with other members if wanted, and returns it."""
Stored = Callable[[], dict[str, Any]]
"""Reads the one stored session as it is on disk."""
NewToken = Callable[..., str]
"""Makes an access token of the stub, with other claims if wanted."""


def tokens(access_token: str, **members: Any) -> dict[str, Any]:
    """Return the members of a token answer that is a success."""
    return {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": "refresh-2",
        **members,
    }

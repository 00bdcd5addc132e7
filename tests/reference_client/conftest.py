"""The reference client against a real, scriptable HTTP server; with its own home, and a clock that does not wait."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from reference_client import clock, places
from reference_client.__main__ import main
from reference_client.context import Context
from reference_client.session import Session
from reference_client.settings import Settings

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


class Stub:
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


class Travel:
    """The client's clock: waiting costs nothing, and is remembered."""

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


@pytest.fixture(scope="session")
def signer() -> Signer:
    """The provider's signing key."""
    return Signer()


@pytest.fixture(scope="session")
def stranger() -> Signer:
    """Another key of the same name."""
    return Signer()


@pytest.fixture
def stub(signer: Signer) -> Iterator[Stub]:
    """A healthy provider and API."""
    stub = Stub()
    names = ("token", "device_authorization", "revocation", "session_status")
    endpoints = {f"{name}_endpoint": f"{stub.url}/{name}" for name in names}
    stub.answers(DISCOVERY, Reply(body={"issuer": stub.url, "jwks_uri": f"{stub.url}/jwks", **endpoints}))
    stub.answers("/jwks", Reply(body={"keys": [signer.jwk]}))
    stub.answers("/api/", Reply(body={"hello": "world"}))
    yield stub
    stub.close()


@pytest.fixture
def reply() -> type[Reply]:
    """What a path answers."""
    return Reply


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """Replace the client's clock, through the seam that is there for it."""
    travel = Travel()
    monkeypatch.setattr(clock, "now", travel.now)
    monkeypatch.setattr(clock, "sleep", travel.sleep)
    return travel


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, as environment and working directory; nothing of the real one is left."""
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    for name in ("ISSUER", "CLIENT_ID", "API", "PROFILE", "OFFLINE", "TIMEOUT", "CACHE_TTL"):
        monkeypatch.delenv(f"AUTH_REFERENCE_{name}", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "BROWSER", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    return tmp_path


@pytest.fixture
def run(
    home: Path, stub: Stub, travel: Travel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Run one command in this process, against the stub."""
    monkeypatch.setenv("AUTH_REFERENCE_ISSUER", stub.url)
    monkeypatch.setenv("AUTH_REFERENCE_API", f"{stub.url}/api")

    def run(*argv: str) -> Ran:
        capsys.readouterr()
        code = main(argv)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def context(home: Path, stub: Stub, travel: Travel) -> Iterator[Context]:
    """What a command works with, against the stub."""
    with Context(Settings(issuer=stub.url, api=f"{stub.url}/api", timeout=5)) as context:
        yield context


@pytest.fixture
def access_token(stub: Stub, signer: Signer) -> Callable[..., str]:
    """Make an access token of the stub, with other claims if wanted."""

    def make(**claims: Any) -> str:
        times = {"iat": NOW, "exp": NOW + 3600}
        return signer.sign({"iss": stub.url, "aud": f"{stub.url}/api", "sub": "ada", **times, **claims})

    return make


@pytest.fixture
def signed_in(context: Context, access_token: Callable[..., str]) -> Callable[..., Session]:
    """Store a session, with other members if wanted, and return it."""

    def store(**members: Any) -> Session:
        session = Session.from_dict(
            {
                "access_token": access_token(),
                "refresh_token": "refresh-1",
                "expires_at": NOW + 3600,
                "issuer": context.issuer,
                "client_id": "auth-reference",
                "subject": "ada",
                "method": "device",
                **members,
            }
        )
        with context.store.locked(5):
            context.keep(session)
        return session

    return store


@pytest.fixture
def stored() -> Callable[[], dict[str, Any]]:
    """Return the one stored session, as it is on disk."""

    def read() -> dict[str, Any]:
        document = json.loads(places.credential_file().read_bytes())
        (profiles,) = document["sessions"].values()
        session: dict[str, Any] = profiles["default"]
        return session

    return read

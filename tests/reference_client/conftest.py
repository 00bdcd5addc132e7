"""The reference client against a scriptable provider, with a home and a clock of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reference_client import clock, places
from reference_client.__main__ import main
from reference_client.context import Context
from reference_client.session import Session
from reference_client.settings import Settings
from tests.support.stub_provider import (
    DISCOVERY,
    NOW,
    FakeClock,
    NewToken,
    Ran,
    Reply,
    Run,
    SignedIn,
    Signer,
    Stored,
    StubProvider,
)


@pytest.fixture(scope="session")
def signer() -> Signer:
    """The provider's signing key."""
    return Signer()


@pytest.fixture(scope="session")
def stranger() -> Signer:
    """Another key of the same name."""
    return Signer()


@pytest.fixture
def stub(signer: Signer) -> Iterator[StubProvider]:
    """A healthy provider and API."""
    stub = StubProvider()
    names = ("token", "device_authorization", "revocation", "session_status")
    endpoints = {f"{name}_endpoint": f"{stub.url}/{name}" for name in names}
    stub.answers(DISCOVERY, Reply(body={"issuer": stub.url, "jwks_uri": f"{stub.url}/jwks", **endpoints}))
    stub.answers("/jwks", Reply(body={"keys": [signer.jwk]}))
    stub.answers("/api/", Reply(body={"hello": "world"}))
    yield stub
    stub.close()


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Replace the client's clock, through the seam that is there for it."""
    travel = FakeClock()
    monkeypatch.setattr(clock, "now", travel.now)
    monkeypatch.setattr(clock, "sleep", travel.sleep)
    return travel


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, as environment and working directory; nothing of the real one is left."""
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    for name in ("ISSUER", "CLIENT_ID", "API", "PROFILE", "OFFLINE", "TIMEOUT", "CACHE_TTL", "TOKEN"):
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
    home: Path,
    stub: StubProvider,
    travel: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
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
def context(home: Path, stub: StubProvider, travel: FakeClock) -> Iterator[Context]:
    """What a command works with, against the stub."""
    with Context(Settings(issuer=stub.url, api=f"{stub.url}/api", timeout=5)) as context:
        yield context


@pytest.fixture
def access_token(stub: StubProvider, signer: Signer) -> NewToken:
    """Make an access token of the stub, with other claims if wanted."""

    def make(**claims: Any) -> str:
        times = {"iat": NOW, "exp": NOW + 3600}
        return signer.sign({"iss": stub.url, "aud": f"{stub.url}/api", "sub": "ada", **times, **claims})

    return make


@pytest.fixture
def signed_in(context: Context, access_token: NewToken) -> SignedIn:
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
def stored() -> Stored:
    """Return the one stored session, as it is on disk."""

    def read() -> dict[str, Any]:
        document = json.loads(places.credential_file().read_bytes())
        (profiles,) = document["sessions"].values()
        session: dict[str, Any] = profiles["default"]
        return session

    return read


@pytest.fixture
def expired(signed_in: SignedIn, travel: FakeClock) -> Session:
    """A stored session whose access token has expired."""
    return signed_in(expires_at=travel.time - 1, teams=["blue"], scope="openid")


@pytest.fixture
def fresh(access_token: NewToken) -> str:
    """The access token that the provider answers with."""
    return access_token(jti="fresh")

"""Which setting counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reference_client import places
from reference_client.errors import UsageError
from reference_client.settings import Settings, is_safe_url, resolve
from tests.support.stub_provider import Run, StubProvider


def test_flag_then_environment_then_link_then_config(home: Path) -> None:
    """S3: each one counts when those before it say nothing."""
    config = places.config_file()
    config.parent.mkdir(parents=True)
    config.write_text('issuer = "https://config"\nprofile = "config"\ntimeout = 3\n')
    assert resolve({}, {}).issuer == "https://config"
    places.link_file().write_text(json.dumps({"issuer": "https://link", "api": "https://link", "profile": "link"}))
    assert resolve({}, {}) == Settings(issuer="https://link", profile="config", timeout=3.0)
    environment = {"AUTH_REFERENCE_ISSUER": "https://environment", "AUTH_REFERENCE_PROFILE": ""}
    assert resolve({}, environment).issuer == "https://environment"
    assert resolve({"issuer": "https://flag"}, environment).issuer == "https://flag"


def test_nothing_says_what_could_be_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """S3: otherwise a clear error."""
    from reference_client.__main__ import main

    assert main(["status"]) == 2
    error = capsys.readouterr().err
    assert all(way in error for way in ("--issuer", "AUTH_REFERENCE_ISSUER", "link", "config.toml"))


def test_link_writes_what_is_read(run: Run, stub: StubProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the current directory, without touching its permissions."""
    before = Path.cwd().stat().st_mode
    assert run("link", "--issuer", f"{stub.url}/").code == 0
    assert Path.cwd().stat().st_mode == before
    monkeypatch.delenv("AUTH_REFERENCE_ISSUER")
    assert f"issuer: {stub.url}/" in run("status").out


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"issuer": 1}', b'{"issuer": "nothing"}'])
def test_a_damaged_link_is_an_error_unless_something_else_counts(content: bytes, home: Path) -> None:
    """Which file it is, is said."""
    places.link_file().write_bytes(content)
    with pytest.raises(UsageError, match=r"\.auth-reference\.json"):
        resolve({}, {})
    assert resolve({"issuer": "https://flag"}, {}).issuer == "https://flag"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TIMEOUT", "soon"),
        ("TIMEOUT", "0"),
        ("TIMEOUT", "nan"),
        ("TIMEOUT", "inf"),
        ("CACHE_TTL", "-1"),
        ("OFFLINE", "maybe"),
        ("ISSUER", "provider.example"),
        ("API", "ftp://api.example"),
        ("CALLBACK_PORT", "http"),
        ("CALLBACK_PORT", "65536"),
    ],
)
def test_a_value_that_makes_no_sense_names_its_place(variable: str, value: str, home: Path) -> None:
    """So that it can be found."""
    with pytest.raises(UsageError, match=f"AUTH_REFERENCE_{variable}: expected"):
        resolve({}, {f"AUTH_REFERENCE_{variable}": value})


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://provider.example/realms/x", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://localhost", True),
        ("http://tenant.localhost:80", True),
        ("http://provider.example", False),
        ("http://127.0.0.1.example", False),
        ("https://user@provider.example", False),
        ("https://provider.example?x=1", False),
        ("https://provider.example:port", False),
        ("https://", False),
        ("file:///etc/passwd", False),
    ],
)
def test_credentials_travel_encrypted_or_not_at_all(url: str, safe: bool) -> None:
    """Plain http is for this machine."""
    assert is_safe_url(url) is safe

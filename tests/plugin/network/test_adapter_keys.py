"""The keys of an adapter that say what the world around its client is like."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.clients import AdapterError, load_adapter

MINIMAL = '[clients.acme]\ncommand = ["acme"]\nrun.login = "login"\n'

EXPECTED_HOST = 'expected the name of a host, such as "api.example.com", without scheme, port or path'

WHOLE = """
browser = "printed"
terminal = true
ports = [8090]
allow_hosts = ["telemetry.example.com", "*.example.net"]
audit_connections = true

[clients.acme.hosts]
"github.com" = "provider"
"api.github.com" = "api"

[[clients.acme.stubs]]
host = "API.github.com"
method = "POST"
path = "/user/*"
status = 201
json = { login = "ada" }
"""


def test_every_key_is_read(tmp_path: Path) -> None:
    """From TOML to the adapter."""
    (tmp_path / "auth-provider.toml").write_text(MINIMAL + WHOLE)
    adapter = load_adapter("acme", tmp_path)
    assert (adapter.browser, adapter.terminal, adapter.ports) == ("printed", True, (8090,))
    assert adapter.audit_connections
    assert adapter.allow_hosts == ("telemetry.example.com", "*.example.net")
    assert adapter.hosts == {"github.com": "provider", "api.github.com": "api"}
    (stub,) = adapter.stubs
    assert stub == {
        "host": "api.github.com", "method": "POST", "path": "/user/*", "status": 201, "json": {"login": "ada"}
    }  # fmt: skip


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        ('browser = "firefox"', 'browser: expected "shim" or "printed" or "none"; got "firefox" (a string)'),
        ('terminal = "yes"', 'terminal: expected true or false; got "yes" (a string)'),
        ("ports = 8090", "ports: expected an array of ports from 1 to 65535, such as [8090]; got 8090 (an integer)"),
        ("ports = [0]", "ports: expected an array of ports from 1 to 65535, such as [8090]; got [0] (an array)"),
        (
            'allow_hosts = ["https://a.example"]',
            f'allow_hosts: {EXPECTED_HOST}; got "https://a.example" (a string)',
        ),
        (
            '[clients.acme.hosts]\n"github.com:443" = "provider"',
            f'hosts."github.com:443": {EXPECTED_HOST}; got "github.com:443" (a string)',
        ),
        (
            '[clients.acme.hosts]\n"github.com" = "server"',
            'hosts."github.com": expected "provider" or "api" or "stubs"; got "server" (a string)',
        ),
        ('[[clients.acme.stubs]]\nhost = "a.example"', "stubs.0.path: missing; say which path is answered for"),
        (
            '[[clients.acme.stubs]]\nhost = "a.example"\npath = "/"\nmethods = "GET"',
            'stubs.0.methods: not a key of a stub; did you mean "method"? Accepted: host, path, method, status, json',
        ),
        (
            '[[clients.acme.stubs]]\nhost = "a.example"\npath = "user"',
            'stubs.0.path: expected a path that starts with /, such as "/user" or "/repos/*"; got "user" (a string)',
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, extra: str, complaint: str) -> None:
    """The file, the dotted key, what was expected, what is there."""
    (tmp_path / "auth-provider.toml").write_text(f"{MINIMAL}{extra}\n")
    with pytest.raises(AdapterError) as error:
        load_adapter("acme", tmp_path)
    assert str(error.value) == f"auth-provider.toml: clients.acme.{complaint}"

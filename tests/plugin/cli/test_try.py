"""`auth-provider try` shows everything a client did, and never says that nothing was found where something was."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_auth_provider.cli import main

ADAPTER = """
[clients.chatty]
command = [{python!r}, "{{project}}/chatty.py"]
env = {{ CHATTY_ISSUER = "{{issuer}}" }}
run = {{ login = "login", use = "use", logout = "logout" }}
allow_hosts = {allowed}

[[clients.chatty.stubs]]
host = "updates.example"
path = "/v1/latest"
json = {{ latest = "1.0" }}
"""


@pytest.fixture
def chatty(tool: Callable[[str], Path]) -> Callable[..., None]:
    """Write the adapter of the tool that talks to everybody."""

    def describe(allowed: str = "[]") -> None:
        tool("chatty.py")
        Path("auth-provider.toml").write_text(ADAPTER.format(python=sys.executable, allowed=allowed))

    return describe


def test_everything_is_shown(chatty: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """Stubs that answered and stubs that are missing, hosts that were refused, bytes that were no HTTP."""
    chatty()
    assert main(["try", "chatty"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "  stubs: GET updates.example/v1/latest -> 200" in lines
    assert "  stubs: GET updates.example/v1/missing -> 404: no stub answers that" in lines
    refused = next(line for line in lines if line.startswith("  tried to reach telemetry.example:80 (GET "))
    assert refused.endswith("; refused)")
    assert any(line.startswith("  reached the provider: ") for line in lines)
    assert any(line.startswith("note: `use` sent what is no request") for line in lines)
    assert any(line.startswith("found: egress in use: telemetry.example:80") for line in lines)
    assert lines[-1] == "`use` ended well, with 1 finding"
    login, use = (
        next(i for i, line in enumerate(lines) if line.endswith(f"chatty.py {word}")) for word in ("login", "use")
    )
    assert login < lines.index("  stubs: GET updates.example/v1/latest -> 200") < use


def test_an_allowed_host_is_no_finding(chatty: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown all the same."""
    chatty('["telemetry.example"]')
    assert main(["try", "chatty", "use"]) == 0
    said = capsys.readouterr().out
    assert "  tried to reach telemetry.example:80" in said
    assert said.endswith("well done: nothing was found\n")


def test_nothing_is_found_only_where_that_is_so(
    capsys: pytest.CaptureFixture[str], chatty: Callable[..., None]
) -> None:
    """Ends with the words that nothing was found, and a login that fails does not."""
    chatty()
    assert main(["try", "chatty", "logout"]) == 0
    assert capsys.readouterr().out.endswith("well done: nothing was found\n")
    text = Path("auth-provider.toml").read_text().replace('"{issuer}"', '"http://127.0.0.1:9"')
    Path("auth-provider.toml").write_text(text)
    assert main(["try", "chatty", "logout"]) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[-1].startswith('failed: the client "chatty" did not sign in')
    assert "nothing was found" not in said

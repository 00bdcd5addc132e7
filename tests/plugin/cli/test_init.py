"""`auth-provider init` with programs that nobody has described to it."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_auth_provider.cli import main
from pytest_auth_provider.cli.init import name_of, split_command
from pytest_auth_provider.clients import load_adapter

Tool = Callable[[str], Path]
NEEDS_CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="the shell script needs curl")


def written() -> Mapping[str, Any]:
    """Return the only client of the file that was written, after a look at the file as editors have it."""
    text = Path("auth-provider.toml").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "#:schema ./auth-provider.schema.json"
    document = tomllib.loads(text)
    jsonschema.validate(document, json.loads(Path("auth-provider.schema.json").read_text(encoding="utf-8")))
    ((name, client),) = document["clients"].items()
    load_adapter(name, Path.cwd())
    return dict(client)


@NEEDS_CURL
def test_a_shell_script(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own paths, its other commands and its words are found, and what is written can be judged by at once."""
    tool("weather.sh")
    pointed = ("--env", "WEATHER_SERVER={issuer}", "--env", "WEATHER_API={api}")
    assert main(["init", *pointed, "--", "sh", "weather.sh", "login"]) == 0
    client = written()
    assert client["command"] == ["sh", "{project}/weather.sh"]
    assert client["client_id"] == "weather-sh"
    assert client["paths"] == {"device_authorization": "/oauth2/device", "token": "/oauth2/token"}
    assert client["version"] == ["--version"]
    assert client["run"] == {"login": ["login"], "help": ["--help"], "use": ["whoami"], "logout": ["logout"]}
    assert client["says"] == {
        "signed_in": "Blue skies",
        "denied": "Somebody said no over there",
        "expired": "You took longer than the clouds did",
        "not_signed_in": "Nobody looks at the sky here",
        "signed_out": "Forgot the sky",
    }
    text = Path("auth-provider.toml").read_text(encoding="utf-8")
    assert "# sign_in_again = 'The sky is closed to you'    # if these words say so: session over" in text
    assert "\n# login denied: -\n#   | Open http" in text
    said = capsys.readouterr().err
    assert "keeps its tokens in: .weather-session (mode 0600)" in said
    assert "next: pytest --auth-provider --auth-client weather" in said
    judged = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--auth-provider",
            "-k",
            "created_0600 or access_denied_stops or expired_token_stops",
        ],
        timeout=300,
        check=False,
        capture_output=True,
        text=True,
    )
    for contract in ("storage/created-0600", "device/access-denied-stops", "device/expired-token-stops"):
        assert re.search(rf"^kept +{contract}", judged.stdout, re.MULTILINE), judged.stdout


def test_a_click_application(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    """A group of commands, a fixed port, a provider that must not insist on PKCE, a store that shows no token."""
    tool("notes.py")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    pointed = ("--env", "NOTES_ISSUER={issuer}", "--env", "NOTES_API={api}", "--env", f"NOTES_PORT={port}")
    assert main(["init", *pointed, "--run", "use=list", "--", sys.executable, "notes.py", "account", "login"]) == 0
    client = written()
    assert client["provider"] == {"require_pkce": "never"}
    assert client["ports"] == [port]
    assert client["credentials"] == [".notes/vault"]
    assert client["run"] == {
        "login": ["account", "login"],
        "use": "list",
        "help": ["--help"],
        "logout": ["account", "logout"],
    }
    assert client["says"]["signed_in"] == "The notebook lies open before you"
    assert client["says"]["signed_out"] == "The notebook is closed"
    assert "denied" not in client["says"]  # it prints the same where nobody denied
    assert "once more, with provider" in capsys.readouterr().err


def test_built_in_hosts(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    """Those it tried are named, with the command that puts the provider in their place; which then is written down."""
    tool("builtin.py")
    command = ("--", sys.executable, "builtin.py", "login")
    assert main(["init", *command]) == 1
    assert "auth-provider init --host login.acme.example=provider -- " in capsys.readouterr().err
    hosts = ("--host", "login.acme.example=provider", "--host", "api.acme.example=api")
    assert main(["init", *hosts, *command]) == 0
    client = written()
    assert client["hosts"] == {"login.acme.example": "provider", "api.acme.example": "api"}
    assert client["run"]["use"] == ["whoami"]
    assert "signed_in" not in client.get("says", {})  # usual words need no entry


def test_a_tool_that_never_ends(tool: Tool) -> None:
    """It is given up in time, and what was seen of it until then is written."""
    tool("stuck.py")
    arguments = ["init", "--env", "STUCK_ISSUER={issuer}", "--timeout", "4", "--", sys.executable, "stuck.py", "login"]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest_auth_provider", *arguments],
        timeout=60,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert "did not sign in: the login did not end in time" in ended.stderr
    assert written()["run"] == {"login": ["login"]}


def test_files_settings_and_typing(tool: Tool) -> None:
    """What the person says of the tool is in the file as it was said."""
    tool("stuck.py")
    given = ("--file", ".stuck.ini=issuer={issuer}\\n", "--set", "device_interval=0.01", "--stdin", "y\\n")
    stuck = ("--env", "STUCK_ISSUER={issuer}", "--timeout", "2", "--", sys.executable, "stuck.py", "login", "now")
    assert main(["init", *given, *stuck]) == 1
    client = written()
    assert client["files"] == {".stuck.ini": "issuer={issuer}\n"}
    assert client["provider"] == {"device_interval": 0.01}
    assert client["run"]["login"] == {"args": ["login", "now"], "stdin": "y\n"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--host", "x"), "--host x: expected HOST=ROLE, as in --host login.example.com=provider"),
        (
            ("--host", "x.example=proxy"),
            'auth-provider init: hosts."x.example": expected "provider" or "api" or "stubs"',
        ),
        (("--set", "requir_pkce=never"), "auth-provider init: provider.requir_pkce: "),
        (("--run", "usee=x"), 'auth-provider init: run.usee: not an action; did you mean "use"?'),
        (("--file", "/etc/passwd=x"), "auth-provider init: files./etc/passwd"),
        (("--output", "nowhere/x.toml"), "nowhere/x.toml cannot be written; expected a file in a directory that is"),
        (("--timeout", "0"), "--timeout 0.0: expected seconds, above 0"),
        (("--env", "A={isuer}"), "not a placeholder: {isuer}"),
    ],
)
def test_a_mistake_is_one_message(
    arguments: tuple[str, ...], message: str, tool: Tool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which names the option or the key, and nothing is run or written."""
    tool("stuck.py")
    assert main(["init", *arguments, "--", sys.executable, "stuck.py"]) == 2
    assert message in capsys.readouterr().err.replace('"/etc/passwd"', "/etc/passwd")
    assert not Path("auth-provider.toml").exists()


@pytest.mark.parametrize(
    ("line", "program", "login", "name"),
    [
        ("gh auth login --web", "gh", "auth login --web", "gh"),
        ("neonctl --api-host {api} --quiet auth", "neonctl --api-host {api} --quiet", "auth", "neonctl"),
        ("acme login --issuer {issuer}", "acme", "login --issuer {issuer}", "acme"),
        ("python -m acme.cli login", "python -m acme.cli", "login", "acme.cli"),
        ("sh stuck.py login", "sh {project}/stuck.py", "login", "stuck"),
        ("./stuck.py login", "./stuck.py", "login", "stuck"),
        ("acme", "acme", "", "acme"),
        ("acme --login", "acme", "--login", "acme"),
    ],
)
def test_a_command_line_is_taken_apart(line: str, program: str, login: str, name: str, tool: Tool) -> None:
    """Into the program and its login."""
    tool("stuck.py")
    found = split_command(line.split())
    assert found == (tuple(program.split()), tuple(login.split()))
    assert name_of(found[0]) == name

"""`auth-provider`, as a person calls it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from pytest_auth_provider.adapters.file_format import KEYS
from pytest_auth_provider.adapters.loader import preset_names, preset_path
from pytest_auth_provider.adapters.schema import file_schema
from pytest_auth_provider.cli import main
from pytest_auth_provider.cli.draft import Draft
from pytest_auth_provider.cli.sighting import Sighting
from pytest_auth_provider.clients import Step, load_adapter
from pytest_auth_provider.outcome.outcome import Outcome

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "docs").rglob("auth-provider.toml"))
POINTED = ("--env", "AUTH_REFERENCE_ISSUER={issuer}", "--env", "AUTH_REFERENCE_API={api}")
LOGIN = ("--", "auth-reference", "login", "--device")


@pytest.fixture(autouse=True)
def _in_an_empty_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_init_writes_an_adapter_that_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says where the tokens are and what was asked for, and `try` signs in with it."""
    assert main(["init", *POINTED, *LOGIN]) == 0
    said = capsys.readouterr().err
    assert "asked for: discovery, device_authorization, token, jwks" in said
    assert "keeps its tokens in: .local/share/auth-reference/credentials.json (mode 0600)" in said
    assert load_adapter("auth-reference", tmp_path).env["AUTH_REFERENCE_ISSUER"] == "{issuer}"
    assert main(["try", "auth-reference", "login"]) == 0
    assert "well done" in capsys.readouterr().out


def test_init_prints_where_that_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else is on standard output, and no file is written."""
    assert main(["init", "--output", "-", *POINTED, *LOGIN]) == 0
    printed = tomllib.loads(capsys.readouterr().out)
    assert printed["clients"]["auth-reference"]["run"]["login"] == ["login", "--device"]
    assert list(tmp_path.glob("*.toml")) == []


def test_init_quotes_as_toml_does(tmp_path: Path) -> None:
    """Names and values come back as they were, whatever is in them; what was seen stands in comments."""
    name, command, login = 'a "tool".x', ["./my tool"], ["log in", '"x"', "\\"]
    env = {"A B": '{issuer}\n"\x7f'}
    outcome = Outcome("login", ("my tool",), 0, stdout="one\n\x1b[1m\x00two\nthree\x07")
    sighting = Sighting(outcome, endpoints=("token",), stores=((".x\ny", 0o600),))
    table = {"command": command, "env": env, "run": {"login": login}}
    (tmp_path / "auth-provider.toml").write_text(Draft(name, table, sighting).text(), encoding="utf-8")
    adapter = load_adapter(name, tmp_path)
    assert (adapter.command, adapter.env, adapter.run["login"]) == (tuple(command), env, (Step(tuple(login)),))
    lines = (tmp_path / "auth-provider.toml").read_text(encoding="utf-8").splitlines()
    assert "# Tokens were found in .xy (mode 0600); files that show them need not be named." in lines
    assert "#   | \\x00two" in lines
    assert "#   | three\\x07" in lines


def test_init_never_writes_over_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless told to."""
    (tmp_path / "auth-provider.toml").write_text("# mine\n")
    assert main(["init", *POINTED, *LOGIN]) == 2
    assert capsys.readouterr().err.startswith("auth-provider: auth-provider.toml is there already; --force writes over")
    assert (tmp_path / "auth-provider.toml").read_text() == "# mine\n"


def test_init_says_how_tools_are_pointed_at_a_provider(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the tool never came."""
    assert main(["init", *LOGIN]) == 1
    said = capsys.readouterr().err
    assert "auth-reference never reached the provider" in said
    assert "--env AUTH_REFERENCE_ISSUER={issuer}" in said


def test_init_says_that_a_login_failed(capsys: pytest.CaptureFixture[str]) -> None:
    """And writes what it saw: most of the adapter is right."""
    assert main(["init", "--output", "-", *POINTED, "--", "auth-reference", "doctor", "--server"]) == 1


def test_try_shows_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    """Commands, exchanges and findings, in order."""
    assert main(["try", "reference"]) == 0
    lines = capsys.readouterr().out.splitlines()
    commands = [line for line in lines if line.startswith("$ ")]
    assert [command.split()[-1] for command in commands] == ["--device", "use"]
    assert any("(token[device_code]) -> 200" in line for line in lines)


def test_clients_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of the project first; a program that is missing is said."""
    (tmp_path / "auth-provider.toml").write_text('[clients.zebra]\ncommand = "no-such-zebra"\nrun.login = "login"\n')
    assert main(["clients"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        "zebra",
        "auth-provider.toml:",
        "the",
        "program",
        '"no-such-zebra"',
        "was",
        "not",
        "found",
    ]
    assert {line.split()[0] for line in lines if not line.startswith(" ")} == {"zebra", *preset_names()}


def test_what_a_client_covers_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Family by family, and the keys that would make more contracts apply; a side that was chosen is none of them."""
    (tmp_path / "auth-provider.toml").write_text(
        '[clients.zebra]\ncommand = "zebra"\nrun = { login = "login", use = "use" }\npolicies.logout = "local"\n'
    )
    assert main(["clients", "zebra"]) == 0
    said = capsys.readouterr().out
    assert re.match(r"zebra \(auth-provider.toml: clients.zebra\) is asked for \d+ of \d+ contracts\.\n", said)
    assert re.search(r"^device +\d+ of \d+$", said, re.MULTILINE)
    assert re.search(r"^run\.logout +\d+ contracts$", said, re.MULTILINE)
    assert re.search(r"^policies\.offline = 'best_effort' or 'strict' +\d+ contracts$", said, re.MULTILINE)
    assert "policies.logout" not in said


def test_the_reference_client_covers_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """Its adapter leaves nothing open; nor is there a key that it could have besides."""
    assert main(["clients", "reference"]) == 0
    counted = re.match(r".* is asked for (\d+) of (\d+) contracts", capsys.readouterr().out)
    assert counted
    assert counted[1] == counted[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("try", "referense"), 'there is no client called "referense"; did you mean "reference"?'),
        (("try", "reference", "usee"), 'the client "reference" has no action "usee"'),
        (("init", "--env", "x", "--", "y"), "--env x: expected NAME=VALUE"),
        (("init", "--dialect", "rfd", "--", "y"), "--dialect rfd: there is none"),
        (("init", "--", "no-such-tool"), 'the program "no-such-tool" of the client "no-such-tool" was not found'),
    ],
)
def test_a_mistake_is_one_message(arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And exit code 2."""
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_the_schema_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, with every key that is read, and with what each key means."""
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["$defs"]["adapter"]["properties"]) == set(KEYS)
    assert [
        f"{table}.{key}"
        for table, described in schema["$defs"].items()
        for key, of_key in described["properties"].items()
        if not of_key.get("description", "").endswith(".")
    ] == []


@pytest.mark.parametrize("preset", preset_names())
def test_every_preset_keeps_to_the_schema(preset: str) -> None:
    """As it keeps to the reader."""
    adapter = tomllib.loads(preset_path(preset).read_text(encoding="utf-8"))
    jsonschema.validate({"clients": {preset: adapter}}, file_schema())


@pytest.mark.parametrize(
    "example", sorted((ROOT / "docs").rglob("auth-provider.toml")), ids=lambda path: path.parent.name
)
def test_every_example_keeps_to_the_schema(example: Path) -> None:
    """As it keeps to the reader."""
    jsonschema.validate(tomllib.loads(example.read_text(encoding="utf-8")), file_schema())


@pytest.mark.parametrize(
    "adapter",
    [
        {"run": {"login": "x"}},
        {"command": "x", "run": {}},
        {"comand": "x", "run": {"login": "x"}},
        {"command": "x", "run": {"login": {"arg": "x"}}},
        {"command": "x", "run": {"login": "x", "y": "x"}},
        {"command": "x", "run": {"login": "x"}, "timeout": 0},
        {"command": "x", "run": {"login": "x"}, "airtight": True},
        {"command": "x", "run": {"login": [{"args": "x"}, {"arg": "x"}]}},
        {"command": "x", "run": {"login": "x"}, "install": " "},
        {"command": "x", "run": {"login": "x"}, "name": "x"},
        {"command": "x", "run": {"login": "x"}, "api": {"/me": {}}},
        {"command": "x", "run": {"login": "x"}, "api": {"GET /me": {"status": 201}}},
        {"command": "x", "run": {"login": "x"}, "api": {"GET /me": {"json": {}, "statsu": 201}}},
    ],
)
def test_the_schema_refuses_mistakes(adapter: dict[str, object]) -> None:
    """Those the reader refuses."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"clients": {"x": adapter}}, file_schema())


@pytest.mark.parametrize("answer", [[], {}, None, "text", {"id": 1, "status": "on"}, {"json": [], "status": 201}])
def test_the_schema_knows_every_answer_of_an_api(answer: object) -> None:
    """A table with `json` and what goes with it, or any other value."""
    adapter = {"command": "x", "run": {"login": "x"}, "api": {"GET /me": answer}}
    jsonschema.validate({"clients": {"x": adapter}}, file_schema())

"""`auth-provider check`: a line for each adapter, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.cli import main

GOOD = '[clients.acme]\ncommand = "acme"\nrun = { login = "login", use = "use" }\n'


@pytest.fixture(autouse=True)
def _in_an_empty_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_adapter_that_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Is told with its actions, though its program is not installed; both files of the directory are checked."""
    Path("auth-provider.toml").write_text(GOOD)
    Path("pyproject.toml").write_text(GOOD.replace("clients.acme", "tool.auth-provider.clients.other"))
    assert main(["check"]) == 0
    assert capsys.readouterr() == (
        "auth-provider.toml: clients.acme: login, use\npyproject.toml: tool.auth-provider.clients.other: login, use\n",
        "",
    )


def test_each_mistake_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Of each adapter the first, behind the way to the file as it was named; those that are right are told as well."""
    path = Path("sub") / "auth-provider.toml"
    path.parent.mkdir()
    excused = GOOD.replace("acme", "excused") + 'deviations = { "revoke/nope" = "x" }\n'
    path.write_text(GOOD + GOOD.replace("acme]", "typo]").replace("command", "comand") + excused)
    assert main(["check", str(path)]) == 1
    told = capsys.readouterr()
    assert told.out == "sub/auth-provider.toml: clients.acme: login, use\n"
    typo, excuse = told.err.splitlines()
    assert typo.startswith("sub/auth-provider.toml: clients.typo.comand: not a key of an adapter; did you mean")
    assert excuse.startswith('sub/auth-provider.toml: clients.excused: deviations: there is no contract "revoke/nope"')


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("auth-provider.toml", "[clients", "auth-provider.toml: this is not TOML: "),
        ("auth-provider.toml", "", "auth-provider.toml: clients: no client is configured here; "),
        ("pyproject.toml", "[tool.authprovider]", "pyproject.toml: tool.authprovider: is not read; "),
    ],
)
def test_a_file_that_cannot_be_read(name: str, text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Is one message."""
    Path(name).write_text(text)
    assert main(["check", name]) == 1
    assert capsys.readouterr().err.startswith(said)


def test_a_project_file_without_adapters_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    """A hook is handed each one that changes."""
    Path("pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert main(["check", "pyproject.toml"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "there is no auth-provider.toml or pyproject.toml in "),
        (("auth-provider.toml",), "auth-provider.toml: there is no such file"),
        (("acme.toml",), "acme.toml: adapters are not read from a file of this name; expected auth-provider.toml or "),
    ],
)
def test_nothing_to_check_is_a_message(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever runs it has another file in mind, and must not be told that all is well."""
    assert main(["check", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"auth-provider: {said}")

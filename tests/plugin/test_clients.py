"""Which clients a run checks, and what is said of a client that cannot be checked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.project import Project


def clients(project: Project, result: pytest.RunResult) -> list[str]:
    """The clients that have a section."""
    titles = [line for line in project.section(result) if " auth provider: " in line]
    return [line.strip("= ").removeprefix("auth provider: ") for line in titles]


def refused(project: Project, *arguments: str) -> str:
    """The one message of a run that is refused before anything runs; no traceback, no test."""
    result = project.check(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "test session starts" not in result.stdout.str()
    message = result.stderr.str().strip()
    assert message.startswith("ERROR: ")
    assert "Traceback" not in message
    return message.removeprefix("ERROR: ")


def test_without_a_client_the_reference_client_is_checked_loudly(project: Project) -> None:
    """Where nobody named or configured a client, the section says that it is about ours."""
    project.contract("politeness")
    result = project.check()
    assert clients(project, result) == ["reference"] or clients(project, result)[0].startswith("reference ")
    notice = " ".join(project.section(result)[1:4])
    assert notice.startswith(f"No client was named, and none is configured in {project.path}, so the bundled reference")


def test_every_configured_client_is_checked(project: Project) -> None:
    """All clients a project configures are checked, each in a section of its own."""
    project.contract("politeness", "assert auth_client.name == 'good', 'rude'")
    project.client("good")
    project.client("bad")
    result = project.check()
    assert clients(project, result) == ["bad", "good"]
    assert "1 broken" in project.section(result)
    assert "1 kept" in project.section(result)


def test_clients_of_pyproject_toml_count(project: Project) -> None:
    """A client in `[tool.auth-provider.clients]` of `pyproject.toml` is a configured one."""
    project.contract("politeness")
    project.write(
        "pyproject.toml",
        f"""
        [tool.auth-provider.clients.mine]
        command = "{sys.executable}"
        run = {{ login = "-V" }}
        """,
    )
    assert clients(project, project.check()) == ["mine"]


def test_named_clients_are_the_only_ones(project: Project) -> None:
    """`--auth-client` may be repeated, and what is not named is not checked."""
    project.contract("politeness")
    for name in ("one", "two", "three"):
        project.client(name)
    result = project.check("--auth-client", "three", "--auth-client", "one", "--auth-client", "one")
    assert clients(project, result) == ["one", "three"]


def test_a_version_is_shown(project: Project) -> None:
    """The title has the version a client prints; one that fails to print it has none."""
    project.contract("politeness")
    project.client("good", more='version = "say tool v3.2.1 (stable)"')
    project.client("bad", more='version = "fail"')
    assert clients(project, project.check()) == ["bad", "good 3.2.1"]


def test_an_unknown_client_is_a_message(project: Project) -> None:
    """A client there is no adapter for: what was meant, what is configured, which presets there are."""
    project.client("mytool")
    message = refused(project, "--auth-client", "mytol")
    assert message.splitlines()[:2] == [
        'there is no client called "mytol"; did you mean "mytool"?',
        f"Configured in {project.path}: mytool (auth-provider.toml)",
    ]
    assert message.splitlines()[2].startswith("Presets: ")


def test_one_wrong_client_of_two_stops_the_run(project: Project) -> None:
    """Nothing runs where one of two named clients does not exist."""
    project.client("mytool")
    message = refused(project, "--auth-client", "mytool", "--auth-client", "reference-x")
    assert message.startswith('there is no client called "reference-x"; did you mean "reference"?')


def test_a_program_that_is_missing_is_a_message(project: Project) -> None:
    """A program that is not installed: where it was looked for, how to install it."""
    project.write(
        "auth-provider.toml",
        """
        [clients.mytool]
        command = "no-such-tool --quiet"
        install = "pipx install no-such-tool"
        run = { login = "login" }
        """,
    )
    first, where, how = refused(project).splitlines()
    assert (
        first == 'auth-provider.toml: clients.mytool: the program "no-such-tool" of the client "mytool" was not found'
    )
    assert where.startswith("Searched: ")
    assert how == "To install it: pipx install no-such-tool"


WRONG = {
    "key": (
        'comand = "tool"',
        'auth-provider.toml: clients.mytool.comand: not a key of an adapter; did you mean "command"? Accepted: ',
    ),
    "type": (
        'command = "tool"\ntimeout = "10"',
        'auth-provider.toml: clients.mytool.timeout: expected seconds, above 0 and up to 86400; got "10" (a string)',
    ),
    "toml": ("command = tool", "auth-provider.toml: this is not TOML: "),
    "policy": (
        'command = "tool"\npolicies = { offline = "sometimes" }',
        'auth-provider.toml: clients.mytool.policies.offline: expected "best_effort" or "strict"; got "sometimes"',
    ),
}


@pytest.mark.parametrize(("adapter", "message"), [pytest.param(*wrong, id=name) for name, wrong in WRONG.items()])
def test_a_wrong_adapter_is_a_message(project: Project, adapter: str, message: str) -> None:
    """What is wrong in an adapter file is said with the file, the key and what is accepted."""
    project.write("auth-provider.toml", f"[clients.mytool]\n{adapter}")
    assert refused(project).startswith(message)


def test_a_hook_that_nobody_named_a_client_for_is_noticed(project: Project) -> None:
    """A project that hands clients over means its own: it is told that ours was checked, and why."""
    project.contract("politeness", "auth_client.exposure.add('it was asked')")
    project.write("conftest.py", "def pytest_auth_client(name, config): return None")
    project.write("tools/auth-provider.toml", "[clients.acme]")
    told = " ".join(project.section(project.check()))
    assert "implements the hook pytest_auth_client, which does not say which clients it knows: name one with" in told
    assert f"tools/auth-provider.toml is not read: adapters are read from {project.path} alone." in told


def test_adapters_above_which_pytest_looks_are_a_message(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started beside an adapter file that is not in its root directory, pytest says so and checks nothing."""
    project.write("pytest.ini", "[pytest]")
    project.client()
    below = project.path / "tools"
    below.mkdir()
    (project.path / "auth-provider.toml").rename(below / "auth-provider.toml")
    monkeypatch.chdir(below)
    message = refused(project)
    assert message.startswith(f"{below / 'auth-provider.toml'}: is not read, since pytest's root directory is ")
    assert message.endswith(f"--rootdir={below}")


def test_a_hook_hands_over_an_adapter(project: Project) -> None:
    """`pytest_auth_client` in a `conftest.py` hands over what TOML cannot say."""
    project.write(
        "conftest.py",
        f"""
        from pytest_auth_provider import Adapter
        from pytest_auth_provider.clients import Step

        def pytest_auth_client(name, config):
            if name == "made":
                return Adapter(name, ({sys.executable!r},), {{"login": (Step(("-V",)),)}}, source="conftest.py")
        """,
    )
    project.contract("politeness", "assert 'Python' in auth_client.attempt_login().stdout")
    project.client()
    result = project.check("--auth-client", "made", "--auth-client", "tool")
    assert clients(project, result) == ["made", "tool"]
    assert "kept  house/politeness  A client does what the rule says." in project.section(result)


def test_a_hook_that_hands_over_something_else_is_a_message(project: Project) -> None:
    """What a hook returns is an adapter or nothing."""
    project.write("conftest.py", "def pytest_auth_client(name, config): return 'mytool'")
    assert refused(project, "--auth-client", "made") == (
        "pytest_auth_client(name=\"made\"): expected a pytest_auth_provider.Adapter or None; got 'mytool'"
    )


def test_fixtures_work_in_any_test(project: Project) -> None:
    """Without the flag, a project's own tests may use the provider, the client and the user."""
    project.client()
    project.write(
        "test_own.py",
        """
        def test_own(auth_provider, auth_client, auth_user):
            auth_user.script("approve")
            auth_client.login()
            assert [exchange.endpoint for exchange in auth_provider.journal] == ["device_authorization", "token"]
            assert auth_provider.user is auth_user
        """,
    )
    result = project.run()
    result.assert_outcomes(passed=1)
    assert "auth provider:" not in result.stdout.str()


def test_fixtures_say_what_is_wrong(project: Project) -> None:
    """In a project's own tests a client there is not is a message, not a traceback."""
    project.write("test_own.py", "def test_own(auth_client): pass")
    result = project.run("--auth-client", "mytool")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['there is no client called "mytool"', f"Configured in {project.path}: none"])
    assert "Traceback" not in result.stdout.str()
    assert "selection.py" not in result.stdout.str()

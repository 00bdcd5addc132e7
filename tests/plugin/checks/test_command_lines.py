"""Secrets in the command lines of programs that a client starts."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.checks.secrets import ChildProcesses
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step
from pytest_auth_provider.strace.calls import PROGRAMS_TRACER
from pytest_auth_provider.strace.tracer import Tracer

needs_strace = pytest.mark.skipif(PROGRAMS_TRACER.program is None, reason="strace is not there or not allowed")
Make = Callable[..., Client]


@pytest.fixture
def make(provider: Provider, tmp_path: Path) -> Make:
    """Makes a client whose login runs a shell script; `{token}` in it is a token of the provider's."""
    token = provider.issue().access_token

    def make(script: str) -> Client:
        adapter = Adapter("acme", ("sh", "-c", script.replace("{token}", token)), {"login": (Step(()),)})
        return Client(adapter, Sandbox(tmp_path), provider)

    return make


@pytest.fixture
def provider() -> Provider:
    """One that need not serve."""
    return Provider()


@needs_strace
def test_a_secret_in_the_command_line_of_a_child_is_found(make: Make) -> None:
    """However briefly that ran, and however deep below the client it was started."""
    true = shutil.which("true")
    children = ChildProcesses(make(f"echo '{{token}}' > stored; sh -c '{true} --password $(cat stored)'"))
    children.client.attempt_login()
    found = [finding for finding in children.findings() if finding.where == f"the command line of {true}"]
    assert [finding.what for finding in found] == ["access_token"]
    assert found[0].contract == "hygiene/no-secret-in-output"


@needs_strace
def test_a_secret_on_standard_input_is_no_finding(make: Make) -> None:
    """That is how it should be done."""
    children = ChildProcesses(make("cat stored | cat > elsewhere; true"))
    children.client.attempt_login()
    assert {Path(program).name for program, *_arguments in children.command_lines()} >= {"sh", "cat"}
    assert list(children.findings()) == []


@needs_strace
def test_command_lines_are_read_as_they_were(make: Make) -> None:
    """Blanks, quotes, brackets, line breaks and letters beyond ASCII; of every command, in order."""
    odd = 'a "b" [c] é\n'
    client = make(f"/bin/true {shlex.quote(odd)}; exit 0")
    children = ChildProcesses(client)
    for _time in range(2):
        children.client.attempt_login()
    lines = [line for line in children.command_lines() if line[0] == "/bin/true"]
    assert lines == [("/bin/true", odd)] * 2


def test_without_strace_the_client_runs_as_ever(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is seen, and nothing is claimed."""
    monkeypatch.setattr(Tracer, "program", None)
    children = ChildProcesses(make("echo hello"))
    assert children.client.attempt_login().stdout == "hello\n"
    assert list(children.command_lines()) == []
    assert list(children.findings()) == []

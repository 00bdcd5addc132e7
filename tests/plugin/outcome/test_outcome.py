"""An outcome says what happened, in words that fit a failure report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.outcome.outcome import Outcome, outcome_of
from pytest_auth_provider.processes.runner import ChildProcess, Command, CommandResult


def ended(**changes: object) -> CommandResult:
    """A command that went well, except for `changes`."""
    fields: dict[str, object] = {
        "exit_code": 0,
        "stdout": "",
        "stderr": "",
        "seconds": 0.31,
        "timed_out": False,
        "sent": frozenset(),
        "leftovers": (),
        "truncated": False,
    }
    return CommandResult(**{**fields, **changes})  # type: ignore[arg-type]  # any field may be changed


@pytest.fixture
def outcome(sandbox: Sandbox) -> Callable[..., Outcome]:
    """The outcome of `tool use 'a b'` that ended with these changes."""
    command = Command(("tool", "use", "a b"), {}, sandbox.cwd, timeout=1)
    return lambda **changes: outcome_of("use", command, ended(**changes))


def test_a_good_outcome_is_ok(outcome: Callable[..., Outcome]) -> None:
    """Exit code as declared, in time, no crash."""
    assert outcome().ok
    assert not outcome(exit_code=1).ok
    assert not outcome(timed_out=True).ok
    assert not outcome(stderr='Traceback (most recent call last):\n  File "a.py", line 1, in f\nX\n').ok


def test_a_signal_of_ours_is_no_crash(outcome: Callable[..., Outcome]) -> None:
    """A command that we killed did not crash; one that died by another signal did."""
    assert outcome(exit_code=-9, sent=frozenset({9})).crash is None
    assert outcome(exit_code=-11, sent=frozenset({2})).crash == "killed by SIGSEGV"
    assert outcome(exit_code=-200).crash == "killed by signal 200"


@pytest.mark.parametrize(("code", "crash"), [(139, "killed by SIGSEGV"), (134, "killed by SIGABRT"), (129, None)])
def test_a_shell_tells_how_its_program_died(outcome: Callable[..., Outcome], code: int, crash: str | None) -> None:
    """By 128 and the signal; a code that is declared, and the usage error of git, are none."""
    assert outcome(exit_code=code).crash == crash
    command = Command(("tool",), {}, Path(), timeout=1)
    assert outcome_of("use", command, ended(exit_code=code), frozenset({code})).crash is None
    assert outcome(exit_code=137, sent=frozenset({9})).crash is None


def test_it_says_what_its_output_says(outcome: Callable[..., Outcome]) -> None:
    """Either stream counts; a saying that nobody defined is a mistake in the scenario."""
    said = outcome(stdout="Signed in as ada\n", stderr="Session revoked.\n")
    assert said.says("signed_in")
    assert said.says("revoked")
    assert not said.says("denied")
    assert said.output == "Signed in as ada\nSession revoked.\n"
    with pytest.raises(KeyError) as error:
        said.says("singed_in")
    there_are = ", ".join(DEFAULT_PHRASES)
    assert error.value.args == (f"no saying 'singed_in'; did you mean \"signed_in\"? There are: {there_are}",)


def test_it_describes_itself(outcome: Callable[..., Outcome]) -> None:
    """Command, ending, what was left running, and the end of both streams."""
    lines = "".join(f"line {number}\n" for number in range(1, 26))
    described = outcome(exit_code=3, stdout=lines, leftovers=("12 tool --daemon",)).describe()
    shown = "\n".join(f"    line {number}" for number in range(6, 26))
    assert described == (
        "$ tool use 'a b'\nexit code 3 after 0.3 s\nleft running, and killed: 12 tool --daemon\n"
        f"stdout, the last 20 of 25 lines:\n{shown}\nstderr: nothing"
    )


@pytest.mark.parametrize(
    ("changes", "ending"),
    [
        ({}, "exit code 0 after 0.3 s"),
        ({"timed_out": True, "exit_code": -9, "sent": frozenset({9})}, "killed after 0.3 s: its time was up"),
        ({"exit_code": -11}, "killed by SIGSEGV after 0.3 s"),
        (
            {"exit_code": 101, "stderr": "thread 'main' panicked at x.rs:1:1:\n"},
            "exit code 101 after 0.3 s, crashed: Rust panic",
        ),
    ],
)
def test_every_ending_has_its_words(outcome: Callable[..., Outcome], changes: dict[str, object], ending: str) -> None:
    """Exit codes, signals, crashes and timeouts are told apart."""
    assert outcome(**changes).describe().splitlines()[1] == ending


@pytest.mark.parametrize(
    ("script", "crash"),
    [
        ("1/0", "Python traceback"),
        ("import sys; sys.exit('Error: an unexpected error occurred')", None),
        ("import sys; print('panic: x\\n\\ngoroutine 1 [running]:\\n', file=sys.stderr); sys.exit(2)", "Go panic"),
    ],
)
def test_crashes_of_real_processes_are_seen(sandbox: Sandbox, script: str, crash: str | None) -> None:
    """What a process really prints ends up in the outcome's crash."""
    command = Command((sys.executable, "-c", script), sandbox.environment(sandbox.new_mark()), sandbox.cwd, timeout=60)
    assert outcome_of("use", command, ChildProcess(command).wait()).crash == crash

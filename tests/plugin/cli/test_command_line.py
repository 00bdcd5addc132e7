"""What both command lines are built on: errors become one message and an exit code, help costs nothing."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from fakeprovider.cli.command_line import Command, CommandLine, Failure, print_table


class RefusedError(Exception):
    """An error of a command."""


def failing(error: Exception) -> CommandLine:
    """A program whose one command raises `error`."""

    def run(_options: argparse.Namespace) -> int:
        raise error

    failures = {RefusedError: Failure(2), BrokenPipeError: Failure(3, lambda _error: None), OSError: Failure(1)}
    return CommandLine("tool", "A tool.", [Command("go", "goes", run)], failures, version="7")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (RefusedError("no"), 2, "tool: no\n"),
        (OSError("disk full"), 1, "tool: disk full\n"),
        (BrokenPipeError("gone"), 3, ""),
    ],
)
def test_an_error_is_one_message(error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The first failure that fits says the exit code and the message, which may be none."""
    assert failing(error).main(["go"]) == code
    assert capsys.readouterr() == ("", said)


def test_a_bug_keeps_its_traceback() -> None:
    """What no failure names is raised as it is."""
    with pytest.raises(ZeroDivisionError):
        failing(ZeroDivisionError()).main(["go"])


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    """After the name of the program."""
    with pytest.raises(SystemExit) as exit_:
        failing(RefusedError()).main(["--version"])
    assert (exit_.value.code, capsys.readouterr().out) == (0, "tool 7\n")


def test_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Is as wide as its widest name."""
    print_table([("a", "one"), ("long", "two")], indent="  ")
    assert capsys.readouterr().out == "  a     one\n  long  two\n"


@pytest.mark.parametrize("package", ["fakeprovider", "pytest_auth_provider"])
def test_help_answers_at_once(package: str) -> None:
    """It imports nothing of what the commands need."""
    program = (
        f"import sys; from {package}.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'werkzeug', 'joserfc', 'cryptography', 'faker', 'jinja2', 'psutil', 'trustme'}\n"
        "print(sorted(heavy & set(sys.modules)), [n for n in sys.modules if n.startswith('fakeprovider.faults')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] []"

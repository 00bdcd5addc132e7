"""A client in a terminal: it finds one, and what it prints there is recorded."""

from __future__ import annotations

import signal
import sys

import pytest

from pytest_auth_provider.clients import Client, ClientError, Step
from tests.support.sandboxed import Make


def scripted(make: Make, script: str, stdin: str | None = None, timeout: float = 30) -> Client:
    """A client in a terminal that runs a Python script as its `login`."""
    step = Step(("-S", "-c", script), stdin=stdin, timeout=timeout)
    return make(command=("{python}",), run={"login": (step,)}, terminal=True)


def test_everything_is_a_terminal(make: Make) -> None:
    """Standard input, output and error, 200 columns wide, and the one that `/dev/tty` means."""
    script = (
        "import os, sys; print([os.isatty(n) for n in range(3)], os.get_terminal_size().columns, os.environ['TERM']);"
        "open('/dev/tty', 'w').write('tty\\n'); print('error', file=sys.stderr)"
    )
    outcome = scripted(make, script).attempt_login()
    assert outcome.stdout == "[True, True, True] 200 xterm\ntty\nerror\n"
    assert outcome.stderr == ""


def test_what_is_typed_arrives_and_is_not_echoed(make: Make) -> None:
    """Line by line, as a person types it."""
    script = "print('hello', input('name: ')); print('and', input('other: '))"
    outcome = scripted(make, script, stdin="ada\nbob\n").attempt_login()
    assert outcome.stdout == "name: hello ada\nother: and bob\n"


def test_more_than_a_terminal_holds_is_refused(make: Make) -> None:
    """It would wait for a reader for ever."""
    with pytest.raises(ClientError, match="at most 4095 bytes; got 5000"):
        scripted(make, "pass", stdin="x" * 5000).attempt_login()


def test_nobody_types_unless_told(make: Make) -> None:
    """A question is left without an answer until time is up."""
    outcome = scripted(make, "input('really? ')", timeout=0.5).attempt_login()
    assert outcome.timed_out
    assert outcome.stdout == "really? "


def test_ctrl_c_reaches_the_client(make: Make) -> None:
    """As at any terminal."""
    script = "import subprocess, time; subprocess.run(['xdg-open', 'https://a.test/']); time.sleep(60)"
    client = scripted(make, script)
    running = client.start("login")
    client.browser.wait_for_visit()
    running.interrupt()
    assert running.wait().exit_code in (1, -signal.SIGINT)


def test_a_flood_is_read_to_its_end(make: Make) -> None:
    """Nothing is lost when the client exits."""
    outcome = scripted(make, "print(('x' * 99 + '\\n') * 3000 + 'end')").attempt_login()
    assert (len(outcome.stdout), outcome.stdout[-5:]) == (300004, "\nend\n")


def test_a_page_printed_in_a_terminal_is_visited(make: Make) -> None:
    """Output is heard as it comes, there too."""
    client = make("print", terminal=True)
    client.login()
    assert client.browser.last.how == "printed"


def test_a_program_that_cannot_start_is_explained(make: Make) -> None:
    """The shell that makes the terminal says what it could not run."""
    client = make(command=(sys.executable,), run={"login": (Step(("-c", "raise SystemExit(3)")),)}, terminal=True)
    assert client.attempt_login().exit_code == 3
    with pytest.raises(ClientError):
        make(command=("no-such-program",), terminal=True).attempt_login()

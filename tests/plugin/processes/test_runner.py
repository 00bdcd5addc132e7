"""Commands that misbehave: each one ends, with everything it started, and its outcome says how."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.outcome.outcome import outcome_of
from pytest_auth_provider.processes.capture import CAPTURE_LIMIT, Capture
from pytest_auth_provider.processes.runner import ChildProcess, Command
from tests.support.sandboxed import Start

DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("pid.tmp", "w").write(str(os.getpid()))
        os.rename("pid.tmp", "pid")
        {first}
        time.sleep(600)
    os._exit(0)
while not os.path.exists("pid"):
    time.sleep(0.01)
print("parent ends", flush=True)
"""


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def runs(pid: int) -> bool:
    """Does the process still run? One that is dead and only not yet collected by init does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_output_and_exit_code_arrive(start: Start) -> None:
    """Both streams are kept apart, whatever the exit code."""
    ended = start("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)").wait()
    assert (ended.exit_code, ended.stdout, ended.stderr) == (7, "out\n", "err\n")
    assert (ended.timed_out, ended.truncated, ended.leftovers, ended.sent) == (False, False, (), frozenset())


def test_a_command_that_prints_nothing_is_fine(start: Start) -> None:
    """No output is an output too."""
    ended = start("").wait()
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "", "")


def test_bytes_that_are_no_text_are_shown(start: Start) -> None:
    """Invalid UTF-8 is replaced, never an exception."""
    assert start(r"import os; os.write(1, b'a\xffb')").wait().stdout == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(("stdin", "read"), [(None, ""), ("", ""), ("yes\nü\n", "yes\nü\n")])
def test_standard_input_holds_what_the_step_says(start: Start, stdin: str | None, read: str) -> None:
    """A step's input is there to be read; without one there is an end of file, never our terminal."""
    ended = start("import sys; sys.stdout.write(sys.stdin.read())", stdin=stdin).wait()
    assert ended.stdout == read


def test_input_that_nobody_reads_blocks_nobody(start: Start) -> None:
    """A megabyte of input is no problem for a command that ignores it."""
    assert start("print('done')", stdin="x" * 1_000_000).wait().stdout == "done\n"


def test_a_flood_is_cut_in_the_middle(start: Start) -> None:
    """Of 50 MB the beginning and the end are kept, and a note says what is missing."""
    script = "import os\nos.write(1, b'first')\nfor _ in range(50): os.write(1, b'x' * 1_000_000)\nos.write(1, b'last')"
    ended = start(script).wait()
    assert (ended.exit_code, ended.truncated) == (0, True)
    assert ended.stdout.startswith("first")
    assert ended.stdout.endswith("last")
    missing = 50_000_009 - CAPTURE_LIMIT
    assert f"\n... {missing} bytes left out ...\n" in ended.stdout
    assert len(ended.stdout) < CAPTURE_LIMIT + 100


def test_a_flood_on_both_streams_does_not_deadlock(start: Start) -> None:
    """Neither stream waits for the other."""
    ended = start("import os\nfor _ in range(300):\n  os.write(1, b'o' * 10000)\n  os.write(2, b'e' * 10000)").wait()
    assert (len(ended.stdout), len(ended.stderr)) == (3_000_000, 3_000_000)


@pytest.mark.parametrize("size", [1, 7, 10, 11, 20, 21, 1000])
@pytest.mark.parametrize("chunk", [1, 3, 10, 1000])
def test_capture_keeps_head_and_tail(size: int, chunk: int) -> None:
    """Up to the limit everything is kept; beyond it the first and the last half of the limit, however it came."""
    data = bytes(ord("a") + number % 26 for number in range(size))
    capture = Capture(limit=20)
    for start in range(0, size, chunk):
        capture.add(data[start : start + chunk])
    whole = data.decode()
    cut = f"{whole[:10]}\n... {size - 20} bytes left out ...\n{whole[-10:]}"
    assert capture.text() == (whole if size <= 20 else cut)
    assert capture.truncated == (size > 20)


def test_a_hanging_command_is_killed_when_its_time_is_up(start: Start) -> None:
    """What it printed before is kept."""
    ended = start("import time; print('hello', flush=True); time.sleep(600)", timeout=1.5).wait()
    assert (ended.timed_out, ended.exit_code, ended.stdout) == (True, -signal.SIGKILL, "hello\n")


def test_a_command_that_ignores_signals_is_killed(start: Start) -> None:
    """Nothing but SIGKILL is relied upon."""
    script = (
        "import signal, time\n"
        "for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)\n"
        "time.sleep(600)"
    )
    assert start(script, timeout=0.5).wait().exit_code == -signal.SIGKILL


def test_on_timeout_the_whole_tree_dies(start: Start, sandbox: Sandbox) -> None:
    """A grandchild in a session of its own is found by its mark."""
    ended = start(DAEMON.format(first="pass") + "time.sleep(600)", timeout=3).wait()
    assert ended.timed_out
    assert not runs(int((sandbox.cwd / "pid").read_text()))


@pytest.mark.parametrize(
    "first",
    [
        "pass",
        "os.close(0); os.close(1); os.close(2)",
        "[os.write(1, b'x') for _ in iter(int, 1)]",
    ],
    ids=["keeps-the-pipe", "closes-everything", "floods-the-pipe"],
)
def test_a_daemon_that_stays_is_reported_and_killed(start: Start, sandbox: Sandbox, first: str) -> None:
    """A daemon that holds the pipe open does not make us wait for it, and does not outlive its command."""
    ended = start(DAEMON.format(first=first)).wait()
    pid = int((sandbox.cwd / "pid").read_text())
    assert (ended.exit_code, ended.timed_out) == (0, False)
    assert "parent ends" in ended.stdout
    assert [leftover.split()[:2] for leftover in ended.leftovers] == [[str(pid), sys.executable]]
    assert not runs(pid)


def test_a_daemon_that_hides_its_mark_is_found_by_its_session(start: Start, sandbox: Sandbox) -> None:
    """A child with an empty environment still belongs to the session of the command."""
    script = (
        "import subprocess, sys\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], env={}).pid)"
    )
    ended = start(script).wait()
    assert len(ended.leftovers) == 1
    assert not runs(int(ended.stdout))


def test_a_helper_that_ends_soon_is_no_leftover(start: Start) -> None:
    """A browser shim in the background may end just after the command; what it prints still counts."""
    script = "import os, time\nif os.fork() == 0:\n  time.sleep(0.1)\n  print('late', flush=True)\nelse:\n  os._exit(0)"
    ended = start(script).wait()
    assert (ended.leftovers, ended.stdout) == ((), "late\n")


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL, signal.SIGTERM])
def test_a_death_by_signal_is_a_crash(sandbox: Sandbox, number: signal.Signals) -> None:
    """A command that dies by a signal that we did not send has crashed."""
    script = (
        f"import os, resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.kill(os.getpid(), {int(number)})"
    )
    command = Command((sys.executable, "-c", script), sandbox.environment(sandbox.new_mark()), sandbox.cwd, timeout=60)
    outcome = outcome_of("use", command, ChildProcess(command).wait())
    assert (outcome.exit_code, outcome.crash, outcome.ok) == (-number, f"killed by {number.name}", False)


def test_interrupt_is_ctrl_c(start: Start, sandbox: Sandbox) -> None:
    """SIGINT reaches the command, which may clean up; it is recorded as sent by us."""
    child = start(
        "import time\ntry:\n  open('ready', 'w').close(); time.sleep(600)\n"
        "except KeyboardInterrupt:\n  print('bye'); raise SystemExit(130)"
    )
    wait_until((sandbox.cwd / "ready").exists)
    child.interrupt()
    ended = child.wait()
    assert (ended.exit_code, ended.stdout, ended.sent) == (130, "bye\n", frozenset({int(signal.SIGINT)}))


def test_interrupt_works_where_pytest_ignores_it(start: Start, sandbox: Sandbox) -> None:
    """Run in the background of a shell, pytest ignores SIGINT; its clients must not inherit that."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = start("import time; open('ready', 'w').close(); time.sleep(600)")
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    wait_until((sandbox.cwd / "ready").exists)
    child.interrupt()
    assert child.wait().exit_code == -signal.SIGINT


def test_kill_is_a_power_cut(start: Start, sandbox: Sandbox) -> None:
    """SIGKILL leaves no time to clean up, and is no crash of the client."""
    child = start("import time\ntry:\n  open('ready', 'w').close(); time.sleep(600)\nfinally:\n  print('cleaned up')")
    wait_until((sandbox.cwd / "ready").exists)
    child.kill()
    ended = child.wait()
    assert (ended.exit_code, ended.stdout, ended.timed_out) == (-signal.SIGKILL, "", False)


def test_signals_after_the_end_are_harmless(start: Start) -> None:
    """A scenario may kill what has ended by itself; waiting again gives the same."""
    child = start("print('x')")
    first = child.wait()
    child.kill()
    child.interrupt()
    assert child.wait() == first
    assert not child.running


def test_commands_run_side_by_side(start: Start, sandbox: Sandbox) -> None:
    """Five commands in one sandbox wait for each other and do not take one another for leftovers."""
    script = (
        "import os, time\nopen(str(os.getpid()), 'w').close()\n"
        "while len(os.listdir()) < 5: time.sleep(0.01)\nprint('met')"
    )
    endings = [child.wait() for child in [start(script) for _ in range(5)]]
    assert [(ended.stdout, ended.leftovers) for ended in endings] == [("met\n", ())] * 5


def test_the_umask_is_the_usual_one(start: Start, sandbox: Sandbox) -> None:
    """A file that only its owner can read is the client's own doing, whatever umask pytest has."""
    before = os.umask(0o077)
    try:
        start("open('f', 'w').close()").wait()
    finally:
        os.umask(before)
    assert (sandbox.cwd / "f").stat().st_mode & 0o777 == 0o644


def test_a_program_that_can_not_be_run_is_an_error_of_ours(sandbox: Sandbox, tmp_path: Path) -> None:
    """The operating system's reason is said."""
    program = tmp_path / "tool"
    program.write_text("no format that any kernel knows")
    program.chmod(0o755)
    with pytest.raises(ClientError) as error:
        ChildProcess(Command((str(program),), sandbox.environment(sandbox.new_mark()), sandbox.cwd, timeout=60))
    assert str(error.value) == f"{program} could not be started: Exec format error"


@pytest.mark.parametrize("attempt", range(20))
def test_closing_the_sandbox_ends_what_still_runs(tmp_path: Path, attempt: int) -> None:
    """A command that a scenario started and forgot does not outlive its sandbox.

    Tried often: right after a start, the kernel may still show an empty environment, and so no mark.
    """
    with Sandbox(tmp_path / "s") as sandbox:
        command = Command(
            (sys.executable, "-c", "import time; time.sleep(600)"),
            sandbox.environment(sandbox.new_mark()),
            sandbox.cwd,
            timeout=600,
        )
        child = ChildProcess(command)
    assert child.wait().exit_code == -signal.SIGKILL


def test_no_descriptor_and_no_thread_is_left(start: Start) -> None:
    """A hundred commands leave nothing open in pytest."""
    start("").wait()
    before = psutil.Process().num_fds(), psutil.Process().num_threads()
    for child in [start("") for _ in range(10)]:
        child.wait()
    wait_until(lambda: (psutil.Process().num_fds(), psutil.Process().num_threads()) <= before)

"""What a command orphans is found, told and ended, and nothing of it outlives pytest."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.processes.runner import ChildProcess, Command
from tests.support.sandboxed import Start

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone hands orphans to an ancestor")

HIDDEN = """
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        script = "import os, time; open('pid.tmp', 'w').write(str(os.getpid())); os.rename('pid.tmp', 'pid')"
        os.execve(sys.executable, [sys.executable, "-S", "-c", script + "; time.sleep(600)"], {})
    os._exit(0)
while not os.path.exists("pid"):
    os.sched_yield()
"""
"""A daemon that forks twice, has a session of its own and an empty environment."""

BESIDE_PYTEST = """
import sys, time
from pathlib import Path
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.processes.runner import ChildProcess, Command

sandbox = Sandbox(Path(sys.argv[1]))
command = Command((sys.executable, "-S", "-c", sys.argv[2]), sandbox.environment("m/1"), sandbox.cwd, timeout=600)
ChildProcess(command)
time.sleep(600)
"""
"""A process like pytest, which runs a command."""


def runs(pid: int) -> bool:
    """Return whether a process is alive; one that is dead and not yet collected is not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pid_in(path: Path) -> int:
    """Wait until a process has written its id there, and return it."""
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until, "no process started"
        time.sleep(0.005)
    return int(path.read_text())


def test_a_daemon_without_environment_is_found_and_ended(start: Start, sandbox: Sandbox) -> None:
    """Neither its mark nor its session show whose it is; its ancestors do."""
    ended = start(HIDDEN).wait()
    pid = pid_in(sandbox.cwd / "pid")
    assert ended.exit_code == 0
    assert [leftover.split()[0] for leftover in ended.leftovers] == [str(pid)]
    assert not runs(pid)


def test_one_command_is_not_charged_with_what_another_orphaned(start: Start, tmp_path: Path) -> None:
    """Of commands that run at the same time, each has its own orphans."""
    with Sandbox(tmp_path / "other") as other:
        quiet = Command(
            (sys.executable, "-S", "-c", "import time; time.sleep(1)"), other.environment("q/1"), other.cwd, 60
        )
        beside = ChildProcess(quiet)
        assert len(start(HIDDEN).wait().leftovers) == 1
        assert beside.wait().leftovers == ()


@pytest.mark.parametrize("script", [HIDDEN + "\nimport time; time.sleep(600)", HIDDEN], ids=["runs", "has-ended"])
def test_a_client_dies_with_pytest(tmp_path: Path, script: str) -> None:
    """SIGKILL leaves pytest no time to clean up; the client and its daemon are ended all the same."""
    like_pytest = subprocess.Popen([sys.executable, "-c", BESIDE_PYTEST, str(tmp_path / "s"), script])
    pid = pid_in(tmp_path / "s" / "cwd" / "pid")
    like_pytest.send_signal(signal.SIGKILL)
    like_pytest.wait()
    until = time.monotonic() + 30
    while runs(pid):
        assert time.monotonic() < until, "it outlived pytest"
        time.sleep(0.005)


def test_others_children_keep_their_exit_codes(start: Start) -> None:
    """Whoever runs processes beside us hears how they ended."""
    child = subprocess.Popen([sys.executable, "-S", "-c", "raise SystemExit(7)"])
    start(HIDDEN).wait()
    assert child.wait() == 7


def test_a_command_whose_keeper_was_killed_still_ends(start: Start, sandbox: Sandbox) -> None:
    """A client that kills what watches over it gains nothing by it: it was killed, and is gone."""
    ended = start("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time; time.sleep(600)").wait()
    assert ended.exit_code == -signal.SIGKILL
    assert psutil.Process().children() == [] or not any(
        str(sandbox.cwd) == _directory(child) for child in psutil.Process().children(recursive=True)
    )


def _directory(process: psutil.Process) -> str:
    try:
        return process.cwd()
    except psutil.Error:
        return ""


@pytest.mark.parametrize(
    ("argv", "env", "said"),
    [
        (("a\0b",), {}, "an argument or a variable holds a NUL character"),
        ((), {"A": "b\0"}, "an argument or a variable holds a NUL character"),
        ((), {"A=B": "c"}, 'there is no variable called "A=B": a name has no = in it'),
    ],
)
def test_what_no_system_can_start_is_said(
    sandbox: Sandbox, argv: tuple[str, ...], env: dict[str, str], said: str
) -> None:
    """NUL ends texts in system calls, and `=` ends the name of a variable."""
    variables = {**sandbox.environment(sandbox.new_mark()), **env}
    with pytest.raises(ClientError) as error:
        ChildProcess(Command((sys.executable, *argv), variables, sandbox.cwd, timeout=60))
    assert str(error.value) == f"{sys.executable} could not be started: {said}"


def test_a_client_gets_no_descriptor_of_ours(start: Start) -> None:
    """It has its three streams, and the signals that a program expects."""
    script = (
        "import os, signal\n"
        "print(sorted(int(name) for name in os.listdir('/proc/self/fd'))[:4])\n"
        "print(open('/proc/self/status').read().partition('SigIgn:')[2].split()[0], os.getpid() == os.getsid(0))"
    )
    listed, signals = start(script).wait().stdout.splitlines()
    assert listed == "[0, 1, 2, 3]"  # the fourth is the folder that is listed
    ignored, leads = signals.split()
    # Python itself ignores SIGPIPE and SIGXFSZ.
    assert int(ignored, 16) == 1 << (signal.SIGPIPE - 1) | 1 << (signal.SIGXFSZ - 1)
    assert leads == "True"  # the leader of a session of its own

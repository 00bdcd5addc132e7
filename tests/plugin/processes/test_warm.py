"""A command that starts warm is a process like one that starts cold: whoever runs it cannot tell."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.processes.runner import ChildProcess
from pytest_auth_provider.processes.spawn import spawn
from pytest_auth_provider.processes.tree import living
from tests.support.warm_tool import WarmTool, warm_tool

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="commands are forked on Linux alone")

FACTS = """
    import json, os, resource, signal, sys
    sys.stdout.write(json.dumps({
        "leads": os.getpid() == os.getsid(0) == os.getpgrp(),
        "umask": os.umask(0o22), "cwd": os.getcwd(), "env": dict(os.environ),
        "signals": [str(signal.getsignal(number)) for number in (2, 13, 15, 17, 25)],
        "limits": [resource.getrlimit(number) for number in range(10)],
        "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd"))[:4],
        "kinds": [os.fstat(number).st_mode for number in (0, 1, 2)],
        "argv": sys.argv, "orig_argv": sys.orig_argv, "path": sys.path, "flags": str(sys.flags),
        "streams": [(one.encoding, one.errors, one.line_buffering, one.isatty()) for one in (sys.stdin, sys.stdout)],
        "main": {k: str(v).partition(" object")[0] for k, v in vars(sys.modules["__main__"]).items() if k != "main"},
        "threads": len(os.listdir("/proc/self/task")),
    }, default=str))
"""
"""What a program can find out about the process it is."""


KILLS_ITS_GRANDPARENT = """
    import os, signal
    parent = os.getppid()
    grandparent = int(open(f"/proc/{parent}/stat").read().rpartition(")")[2].split()[1])
    os.kill(grandparent, signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmTool]:
    """The tool, which has been used before."""
    with warm_tool(tmp_path_factory.mktemp("tool")) as tool:
        assert tool.is_warm(), tool.problems
        yield tool


def cold(tool: WarmTool, *words: str, **env: str) -> ChildProcess:
    """Start the same command cold."""
    return ChildProcess(replace(tool.command(*words, env=env), spawn=spawn))


def test_no_signal_is_ignored_that_pytest_ignores(tmp_path: Path) -> None:
    """Under nohup, or in the background of a shell, pytest ignores some; its clients must not inherit that."""
    told = "import signal; print([str(signal.getsignal(number)) for number in (1, 2, 3, 15)])"
    numbers = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        with warm_tool(tmp_path) as tool:
            warm, is_warm, other = tool.says(told), tool.is_warm(), cold(tool, told).wait().stdout
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    assert (warm, is_warm) == (other, True)
    assert "SIG_IGN" not in warm
    assert "default_int_handler" in warm


def test_a_process_finds_itself_as_it_would_be_cold(tool: WarmTool) -> None:
    """Its session, rights, limits, streams, descriptors, arguments and `__main__` are those of any process."""
    warm = json.loads(tool.says(FACTS, A="1"))
    other = json.loads(cold(tool, FACTS, A="1").wait().stdout)
    marks = {facts["env"].pop("AUTH_PROVIDER_SANDBOX").partition("/")[0] for facts in (warm, other)}
    assert warm == other
    assert len(marks) == 1
    assert warm["descriptors"] == [0, 1, 2, 3]  # the fourth is the folder that is listed


def test_what_it_starts_gets_its_environment(tool: WarmTool) -> None:
    """The environment of C is that of Python, and nothing of the fork server's is left in it."""
    assert tool.says("import os; os.system('echo $ONE-$TWO-$AUTH_PROVIDER_SANDBOX')", ONE="1").startswith(
        f"1--{tool.sandbox.id}/"
    )
    assert tool.says("import os; os.system('echo $ONE-$TWO')", TWO="2") == "-2\n"


def test_it_reads_its_input(tool: WarmTool) -> None:
    """A step's input is there to be read, and without one there is an end of file."""
    assert tool.says("import sys; print(sys.stdin.read())", stdin="yes\nü") == "yes\nü\n"
    assert tool.says("import sys; print(repr(sys.stdin.read()))") == "''\n"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("raise SystemExit(7)", 7),
        ("raise SystemExit('gone wrong')", 1),
        ("import os; os._exit(9)", 9),
        ("import os; os.abort()", -signal.SIGABRT),
        ("import os; os.kill(os.getpid(), 9)", -signal.SIGKILL),
        ("import signal; signal.raise_signal(signal.SIGTERM)", -signal.SIGTERM),
        ("raise KeyboardInterrupt", -signal.SIGINT),
    ],
)
def test_it_ends_as_it_would_cold(tool: WarmTool, script: str, code: int) -> None:
    """Exit codes and deadly signals arrive."""
    assert tool.start(script).wait().exit_code == code


def test_a_traceback_shows_nothing_of_ours(tool: WarmTool) -> None:
    """A crash is told in the same words."""
    script = "def main(): 1 / 0\nmain()"
    assert tool.start(script).wait().stderr == cold(tool, script).wait().stderr


def test_what_is_to_be_done_at_exit_is_done(tool: WarmTool) -> None:
    """Handlers run, threads are waited for, and what was printed last arrives."""
    script = """
        import atexit, sys, threading, time
        atexit.register(print, "exit")
        threading.Thread(target=lambda: (time.sleep(0.1), print("thread"))).start()
        print("main", end=" ")
    """
    assert tool.says(script, PYTHONUNBUFFERED="") == "main thread\nexit\n"


def test_no_two_commands_throw_the_same_dice(tool: WarmTool) -> None:
    """Random numbers are seeded anew."""
    script = "import random, tempfile; print(random.getrandbits(64), next(tempfile._get_candidate_names()))"
    assert len({tool.says(script) for _command in range(3)}) == 3


def test_it_may_have_processes_of_its_own(tool: WarmTool) -> None:
    """`multiprocessing` forks and spawns, and finds the main module."""
    script = """
        import multiprocessing, os
        for method in ("fork", "spawn"):
            with multiprocessing.get_context(method).Pool(1) as pool:
                print(pool.apply(os.path.basename, ("/a/b",)))
    """
    guarded = tool.script.with_name("guarded")
    guarded.write_text(f"#!{sys.executable} -S\nif __name__ == '__main__':\n    import lib\n    lib.main()\n")
    guarded.chmod(0o755)
    with_guard = WarmTool(guarded, tool.sandbox, tool.fork_servers)
    assert with_guard.says(script) == "b\nb\n"


def test_it_is_interrupted(tool: WarmTool) -> None:
    """Ctrl-C raises KeyboardInterrupt in it, and ends nothing else."""
    process = tool.start("import time\ntry:\n time.sleep(60)\nexcept KeyboardInterrupt:\n print('stopped')")
    wait_until_it_sleeps(process.pid)
    process.interrupt()
    assert (process.wait().stdout, process.wait().exit_code) == ("stopped\n", 0)
    assert tool.is_warm()


def test_it_is_killed(tool: WarmTool) -> None:
    """`kill -9` ends it and its group; the process id is its own."""
    process = tool.start("import os, time; print(os.getpid(), flush=True); os.fork(); time.sleep(60)")
    wait_until_it_sleeps(process.pid)
    process.kill()
    ended = process.wait()
    assert (ended.exit_code, ended.stdout, ended.leftovers) == (-signal.SIGKILL, f"{process.pid}\n", ())


def test_it_runs_into_its_time_limit(tool: WarmTool) -> None:
    """A command that does not end is ended."""
    ended = tool.start("import time; time.sleep(60)", timeout=0.5).wait()
    assert (ended.timed_out, ended.exit_code) == (True, -signal.SIGKILL)


def test_its_daemon_is_found_and_ended(tool: WarmTool) -> None:
    """What it orphans is below its keeper, whatever session and environment it has."""
    script = """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                open("pid", "w").write(str(os.getpid()))
                time.sleep(600)
            os._exit(0)
        while not (os.path.exists("pid") and open("pid").read()):
            time.sleep(0.01)
    """
    ended = tool.start(script).wait()
    pid = int((tool.sandbox.cwd / "pid").read_text())
    (tool.sandbox.cwd / "pid").unlink()
    assert [leftover.split()[0] for leftover in ended.leftovers] == [str(pid)]
    assert not psutil.pid_exists(pid)


def test_what_cannot_start_is_said_as_ever(tool: WarmTool) -> None:
    """A directory that is gone, for one."""
    command = tool.command("print(1)")
    gone = replace(command, cwd=Path("/nowhere"))
    with pytest.raises(ClientError, match="could not be started: No such file or directory"):
        ChildProcess(gone)


def test_commands_run_at_the_same_time(tool: WarmTool) -> None:
    """Each has its own output and its own end."""
    processes = [tool.start(f"import time; time.sleep(0.2); print({number})") for number in range(5)]
    assert [process.wait().stdout for process in processes] == [f"{number}\n" for number in range(5)]


def test_a_fork_server_that_was_killed_is_replaced(tool: WarmTool) -> None:
    """A client that kills what it descends from gains nothing: the next commands start all the same."""
    tool.start(KILLS_ITS_GRANDPARENT).wait()
    assert tool.says("print(1)") == "1\n"
    assert tool.says("print(1)") == "1\n"


def test_everything_dies_with_pytest(tmp_path: Path) -> None:
    """SIGKILL leaves pytest no time to clean up; fork server, keeper and command end all the same."""
    script = """
        import sys, time
        from pathlib import Path
        from tests.support.warm_tool import warm_tool
        with warm_tool(Path(sys.argv[1])) as tool:
            assert tool.is_warm()
            process = tool.start("import time; time.sleep(600)")
            print(process.pid, tool.fork_servers._recent[0][1]._process.pid, flush=True)
            time.sleep(600)
    """
    beside = subprocess.Popen(
        (sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "t")), stdout=-1, text=True
    )
    assert beside.stdout is not None
    with beside.stdout as stdout:
        pids = list(map(int, stdout.readline().split()))
    left = list(map(psutil.Process, pids))
    beside.kill()
    beside.wait()
    until = time.monotonic() + 30
    while living(left):
        assert time.monotonic() < until, "something outlived pytest"
        time.sleep(0.01)


def wait_until_it_sleeps(pid: int) -> None:
    """Wait until a process sleeps: it has come to its last line."""
    until = time.monotonic() + 30
    while Path(f"/proc/{pid}/syscall").read_text().split()[0] not in ("35", "230", "115", "101"):
        assert time.monotonic() < until, "it does not sleep"
        time.sleep(0.005)

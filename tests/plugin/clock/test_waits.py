"""Waits of a Python program: skipped where everybody waits, for all clocks alike, and real where somebody does not."""

from __future__ import annotations

import json
import socket
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakeprovider import Provider
from fakeprovider.faults import Delayed, Hold, Stall
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step
from pytest_auth_provider.clients.environment import Environment
from pytest_auth_provider.processes.sleepers import sleepers_of
from tests.support.sandboxed import Start, changed

LONG = 40.0
"""Seconds that the programs wait: no test could, within its time."""
LIMIT = 90.0
"""Seconds that a command may take."""

CLOCKS = """
import datetime, json, os, sys, time
def clocks():
    walls = time.time(), time.time_ns() / 1e9, datetime.datetime.now().timestamp()
    measures = time.monotonic(), time.monotonic_ns() / 1e9, time.perf_counter()
    return *walls, *measures, *map(time.clock_gettime, (time.CLOCK_REALTIME, time.CLOCK_MONOTONIC))
before = clocks()
"""
"""The beginning of every program."""
PASSED = """
print(json.dumps([after - earlier for after, earlier in zip(clocks(), before)]))
"""
"""The end of one: how many seconds have passed by each clock."""

NewTool = Callable[..., Client]
"""Makes a client that runs a program, as its login: `new_tool(program)`."""


@pytest.fixture
def new_tool(tmp_path: Path, sandbox: Sandbox, provider: Provider) -> Iterator[NewTool]:
    """Make clients whose waits are skipped, in one sandbox."""
    adapter = Adapter("tool", command=("{python}",), run={}, version=("-c", "pass"), timeout=LIMIT)
    with Environment(adapter, sandbox, provider, skips_waits=True) as environment:

        def new_tool(program: str, *arguments: str) -> Client:
            path = tmp_path / "program.py"
            path.write_text(CLOCKS + textwrap.dedent(program) + PASSED, encoding="utf-8")
            changes: dict[str, object] = {"run": {"login": (Step((str(path), "{discovery}", "{api}", *arguments)),)}}
            return Client(changed(adapter, changes), sandbox, provider, None, environment)

        yield new_tool


PROGRAMS = {
    "sleep": "for _turn in range(4): time.sleep(10)",
    "event": "import threading; threading.Event().wait(40)",
    "queue": """
        import queue
        try: queue.Queue().get(timeout=40)
        except queue.Empty: pass
        """,
    "thread": """
        import threading
        thread = threading.Thread(target=time.sleep, args=(40,))
        thread.start(); thread.join()
        """,
    "two threads": """
        import threading
        threads = [threading.Thread(target=time.sleep, args=(seconds,)) for seconds in (10, 40)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        """,
    "pool": """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(4) as pool: list(pool.map(time.sleep, (10, 20, 40)))
        """,
    "select": "import select; select.select([], [], [], 40)",
    "poll": "import select; select.poll().poll(40_000)",
    "selectors": "import selectors; selectors.DefaultSelector().select(40)",
    "asyncio": """
        import asyncio
        async def main(): await asyncio.gather(asyncio.sleep(10), asyncio.sleep(40))
        asyncio.run(main())
        """,
    "accept": """
        import socket
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(40)
            try: server.accept()
            except TimeoutError: pass
        """,
}
"""Programs that wait for 40 seconds, each in a way of its own."""


@pytest.mark.parametrize("program", [pytest.param(text, id=name) for name, text in PROGRAMS.items()])
def test_a_wait_is_skipped(new_tool: NewTool, provider: Provider, program: str) -> None:
    """In whatever way the program waits, and by every clock it looks at."""
    outcome = new_tool(program).attempt_login()
    assert outcome.ok, outcome.describe()
    assert json.loads(outcome.stdout) == [pytest.approx(LONG, abs=5)] * 8
    assert outcome.seconds == pytest.approx(LONG, abs=5)
    assert outcome.skipped == pytest.approx(LONG, abs=5) == provider.clock.skipped == provider.clock.advanced


ASKS = """
import urllib.request
try: print(urllib.request.urlopen(sys.argv[1], timeout=30).status, file=sys.stderr)
except OSError as error: print(error, file=sys.stderr)
"""
"""A program that fetches the discovery document, and waits for 30 seconds at most."""


def test_a_timeout_passes_while_an_answer_is_held_for_ever(new_tool: NewTool, provider: Provider) -> None:
    """The request has arrived and nobody will answer it, so the program gives up at its own time."""
    with provider.failing(Stall(), at="discovery"):
        outcome = new_tool(ASKS).attempt_login()
    assert "timed out" in outcome.stderr
    assert outcome.seconds == pytest.approx(30, abs=5)
    assert outcome.skipped == pytest.approx(30, abs=5)


def test_an_answer_that_is_late_comes_at_its_time(new_tool: NewTool, provider: Provider) -> None:
    """And not later, though the program would wait longer; the journal tells of both times."""
    with provider.failing(Delayed(20), at="discovery"):
        outcome = new_tool(ASKS).attempt_login()
    assert outcome.stderr.strip() == "200"
    assert outcome.skipped == pytest.approx(20, abs=3)


def test_who_waits_for_ever_is_ended_at_the_limit(new_tool: NewTool, provider: Provider) -> None:
    """Without a timeout, and with an answer that never comes, there is nothing else that could happen."""
    with provider.failing(Stall(), at="discovery"):
        outcome = new_tool(ASKS.replace("timeout=30", "timeout=None")).attempt_login()
    assert outcome.timed_out
    assert outcome.seconds == pytest.approx(LIMIT, abs=5)
    assert "of waits were skipped" in outcome.ending()


def test_the_journal_tells_of_the_programs_own_time(new_tool: NewTool, provider: Provider) -> None:
    """Two requests with 40 seconds between them, most of which nobody has waited for."""
    new_tool(ASKS + "time.sleep(40)" + ASKS).attempt_login()
    first, second = provider.journal
    assert second.monotonic - first.monotonic == pytest.approx(LONG, abs=5)
    assert second.at - first.at == pytest.approx(LONG, abs=5)
    assert first.skipped == 0
    assert second.skipped == pytest.approx(LONG, abs=5)
    assert list(provider.journal.spacing()) == [pytest.approx(LONG, abs=5)]


def test_files_grow_old_and_children_are_as_late(new_tool: NewTool, sandbox: Sandbox) -> None:
    """What was written before a wait is as old as that, for the program and for the next command."""
    program = """
        import subprocess
        path = os.environ["HOME"] + "/lock"
        open(path, "w").close()
        time.sleep(40)
        child = "import time; print(time.time())"
        theirs = float(subprocess.run([sys.executable, "-c", child], capture_output=True, check=True).stdout)
        print(time.time() - os.stat(path).st_mtime, theirs - time.time(), file=sys.stderr)
        """
    outcome = new_tool(program).attempt_login()
    assert list(map(float, outcome.stderr.split())) == [pytest.approx(LONG, abs=5), pytest.approx(0, abs=5)]
    later = new_tool(
        'print(time.time() - os.stat(os.environ["HOME"] + "/lock").st_mtime, file=sys.stderr)'
    ).attempt_login()
    assert float(later.stderr) == pytest.approx(LONG, abs=10)


# -- what waits for real ----------------------------------------------------------------------------------------------

BUSY = {
    "a thread that works": """
        import threading
        until = time.monotonic() + 1
        def spin():
            while time.monotonic() < until: pass
        threading.Thread(target=spin).start()
        time.sleep(0.5)
        """,
    "a thread that waits by other means": """
        import ctypes, threading
        threading.Thread(target=ctypes.CDLL(None).usleep, args=(900_000,)).start()
        time.sleep(0.5)
        """,
    "a child": """
        import subprocess
        child = subprocess.Popen(["sleep", "0.8"])
        time.sleep(0.5)
        child.wait()
        """,
    "a child that is waited for": "import subprocess; subprocess.run(['sleep', '0.5'])",
    "an alarm": "import signal; signal.signal(signal.SIGALRM, print); signal.alarm(1); time.sleep(0.5)",
    "a pipe": """
        import select, threading
        reader, writer = os.pipe()
        threading.Thread(target=lambda: (sum(range(10_000_000)), os.write(writer, b"x"))).start()
        assert select.select([reader], [], [], 30)[0]
        """,
}
"""Programs that wait for less than a second beside something that goes on."""


@pytest.mark.parametrize("program", [pytest.param(text, id=name) for name, text in BUSY.items()])
def test_nothing_is_skipped_beside(new_tool: NewTool, program: str) -> None:
    """Somebody who works, or of whom it cannot be told."""
    outcome = new_tool(program).attempt_login()
    assert outcome.ok, outcome.describe()
    assert outcome.skipped == 0


def test_a_lock_that_another_command_holds_is_waited_for(new_tool: NewTool, sandbox: Sandbox) -> None:
    """Two commands at the same time are a race: no time passes for one of them alone."""
    program = """
        import fcntl
        with open(os.environ["HOME"] + "/lock", "w") as lock:
            for attempt in range(60):
                try: fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError: time.sleep(0.1)
                else: break
            else: sys.exit("nobody let go")
            if "holds" in sys.argv:
                open(os.environ["HOME"] + "/held", "w").close()
                time.sleep(0.7)
        """
    holder = new_tool(program, "holds").start("login")
    while not (sandbox.home / "held").exists():
        time.sleep(0.01)
    outcome = new_tool(program).attempt_login()
    assert outcome.ok, outcome.describe()
    assert outcome.skipped <= 0.1  # what is left of a pause once the other one has ended
    assert holder.wait().ok


def test_nothing_is_skipped_before_the_end_is_waited_for(new_tool: NewTool, provider: Provider) -> None:
    """Whoever started a command may still do something to it."""
    hold = Hold(seconds=LONG)
    with provider.failing(hold, at="discovery"):
        running = new_tool(ASKS + "time.sleep(10)").start("login")
        assert hold.wait_for_arrival()
        time.sleep(0.3)
        assert provider.clock.skipped == 0
        hold.release()
        outcome = running.wait()
    assert outcome.stderr.strip() == "200"
    assert outcome.skipped == pytest.approx(10, abs=2)


def test_a_request_that_is_being_answered_is_no_wait(new_tool: NewTool, provider: Provider) -> None:
    """Nobody's timeout runs out because the provider was slow for a moment."""
    with provider.failing(Hold(meanwhile=lambda: time.sleep(0.5)), at="discovery"):
        outcome = new_tool(ASKS).attempt_login()
    assert (outcome.stderr.strip(), outcome.skipped) == ("200", 0)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX])
def test_nothing_is_skipped_once_somebody_else_was_asked(
    new_tool: NewTool, tmp_path: Path, family: socket.AddressFamily
) -> None:
    """A keyring or a resolver answers when it likes, and nobody can tell when."""
    with socket.socket(family) as listener:
        listener.bind(("127.0.0.1", 0) if family == socket.AF_INET else str(tmp_path / "keyring"))
        listener.listen()

        def answer() -> None:
            accepted, _address = listener.accept()
            with accepted:
                time.sleep(0.5)
                accepted.sendall(b"late")

        threading.Thread(target=answer, daemon=True).start()
        program = f"""
            import socket
            with socket.socket({int(family)}) as asking:
                asking.settimeout(30)
                asking.connect({listener.getsockname()!r})
                print(asking.recv(10), file=sys.stderr)
            """
        outcome = new_tool(program).attempt_login()
    assert (outcome.stderr.strip(), outcome.skipped) == ("b'late'", 0)


def test_a_thread_that_waits_meanwhile_is_not_disturbed(new_tool: NewTool, tmp_path: Path) -> None:
    """Another thread may ask somebody else while one waits: its wait ends as it would."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "keyring"))
        listener.listen()
        program = f"""
            import socket, threading
            thread = threading.Thread(target=time.sleep, args=(0.6,))
            thread.start()
            time.sleep(0.2)
            with socket.socket(socket.AF_UNIX) as asking: asking.connect({listener.getsockname()!r})
            thread.join()
            """
        outcome = new_tool(program).attempt_login()
    assert (outcome.exit_code, outcome.stderr) == (0, "")


def test_ctrl_c_ends_a_wait(new_tool: NewTool, sandbox: Sandbox) -> None:
    """A program that waits is still there to be interrupted."""
    running = new_tool("open(os.environ['HOME'] + '/began', 'w').close(); time.sleep(40)").start("login")
    while not (sandbox.home / "began").exists():
        time.sleep(0.01)
    running.interrupt()
    outcome = running.wait()
    assert "KeyboardInterrupt" in outcome.stderr
    assert outcome.skipped == 0


# -- what Linux tells --------------------------------------------------------------------------------------------------


def test_threads_that_sleep_are_told_apart(start: Start) -> None:
    """One that waits for another thread, without a timeout, is at rest; any other only where it told of its wait."""
    child = start("import threading, time; t = threading.Thread(target=time.sleep, args=(60,)); t.start(); t.join()")
    tasks = Path(f"/proc/{child.pid}/task")
    try:
        while len(list(tasks.iterdir())) < 2 or any(
            "running" in (one / "syscall").read_text() for one in tasks.iterdir()
        ):
            time.sleep(0.01)
        assert sleepers_of(child.pid, ()) is None
        assert sleepers_of(child.pid, {child.pid}) is None
    finally:
        child.kill()
        child.wait()
    assert sleepers_of(child.pid, ()) is None

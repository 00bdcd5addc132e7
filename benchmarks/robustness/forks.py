"""The reference client as forks of a process that has imported everything: a command takes 30 ms in the place of 300.

Each fork is a process of its own, which can be killed. It can count its steps, the system calls that touch its files or
connect, and kill itself before the n-th of them.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event, Lock
from types import TracebackType
from typing import Any, Final, NamedTuple, NoReturn, Self

import httpx

_STEPS: Final = frozenset(
    {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.scandir", "fcntl.flock", "socket.connect"}
)
"""Events of `sys.addaudithook` that count as steps; those with a path where it is below the home."""
_IMPORTED: Final = ("__main__", "transport", "discovery", "jwks", "store", "stack_cache", "id_token", "flows.device")
_PATIENCE: Final = 10.0  # seconds; only a broken run waits this long
_COMMANDS: Final = ("login", "logout", "token")


class Ended(NamedTuple):
    """How a command ended: its exit code (-9 where it was killed), what it printed, and how many seconds it took."""

    code: int
    said: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether it was killed."""
        return self.code == -signal.SIGKILL


class Forks:
    """Runs commands of the reference client, one at a time, with a home of their own; use it in a `with` block."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self._home = home
        self._environment = {"HOME": str(home), "NO_PROXY": "*", **environment}
        self._running = Event()
        self._pid = 0
        self._lock = Lock()

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._process.communicate()

    def run(self, *argv: str, step: int = 0, after: float | None = None) -> Ended:
        """Run a command to its end. It is killed before its step of that number (0: none), or `after` seconds."""
        began = time.perf_counter()
        order = {"argv": argv, "home": str(self._home), "environment": self._environment, "step": step, "after": after}
        self._tell(order)
        self._pid = self._hear()["pid"]
        self._running.set()
        self._hear()
        with self._lock:  # from here on its number may be somebody else's
            self._running.clear()
            self._tell({})
        code = int(self._hear()["code"])
        said = (self._home / "said").read_text(encoding="utf-8", errors="replace")
        return Ended(code, said, time.perf_counter() - began)

    def kill(self) -> None:
        """Kill the command that runs, from another thread; one that has ended is left alone."""
        self._running.wait(_PATIENCE)
        with self._lock:
            if self._running.is_set():
                os.kill(self._pid, signal.SIGKILL)

    def _tell(self, order: Mapping[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the process that runs the reference client has ended; its standard error says why")
        answer: dict[str, Any] = json.loads(line)
        return answer


def main() -> None:
    """Run the commands that come on standard input, one JSON object a line, until it ends."""
    for name in (*_IMPORTED, *(f"commands.{command}" for command in _COMMANDS)):
        importlib.import_module(f"reference_client.{name}")
    for name in ("filelock", "hashlib"):
        importlib.import_module(name)
    httpx.Client().close()  # httpx imports half of itself with the first client
    while line := sys.stdin.readline():
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            _become_client(order)
        _say({"pid": pid})
        if order["after"] is not None:
            time.sleep(order["after"])
            os.kill(pid, signal.SIGKILL)  # it is not waited for yet, so nobody else can have its number
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        _say({"ended": pid})
        sys.stdin.readline()  # nobody kills it any more
        _, status = os.waitpid(pid, 0)
        _say({"code": os.waitstatus_to_exitcode(status)})


def _say(answer: Mapping[str, int]) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def _become_client(order: Mapping[str, Any]) -> NoReturn:
    code = 70
    try:
        home = order["home"]
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(home)
        said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        for standard in (1, 2):
            os.dup2(said, standard)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if order["step"]:
            _die_before(order["step"], home)
        client = importlib.import_module("reference_client.__main__")
        code = client.main(order["argv"])
    finally:
        sys.stdout.flush()
        os._exit(code)


def _die_before(last: int, home: str) -> None:
    taken = 0

    def count(event: str, arguments: Sequence[object]) -> None:
        nonlocal taken
        if event not in _STEPS or (arguments and isinstance(arguments[0], str) and not arguments[0].startswith(home)):
            return
        taken += 1
        if taken == last:
            os.write(2, f"killed before {event}{arguments}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


if __name__ == "__main__":
    main()

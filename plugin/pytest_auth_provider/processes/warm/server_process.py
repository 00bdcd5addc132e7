"""Start the process that imports a program, and fork from it: our side of `fork_server.py` and `training.py`."""

from __future__ import annotations

import contextlib
import marshal
import os
import socket
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pytest_auth_provider.processes import reaper
from pytest_auth_provider.processes.runner import ChildProcess, Command
from pytest_auth_provider.processes.spawn import USUAL_UMASK, Stream
from pytest_auth_provider.processes.tree import MARKER
from pytest_auth_provider.processes.warm.fork import Fork
from pytest_auth_provider.processes.warm.inputs import Inputs, Start
from pytest_auth_provider.processes.warm.program import PythonProgram

_SCRIPTS: Final = Path(__file__).parent


class CannotFork(Exception):  # noqa: N818 - it reads as what was found
    """No command of a program can be forked; its text says why, with the program as its subject left out."""


@dataclass(frozen=True)
class Training:
    """What one run of a program imported: `modules`, in order, and which `clocks` and `ids` of them ask for these."""

    modules: tuple[str, ...]
    clocks: tuple[str, ...]
    ids: tuple[str, ...]


def train(program: PythonProgram, command: Command, root: Path) -> Training:
    """Run a command that changes nothing, in another directory than the client's at `root`, and see what it imports.

    Raises `CannotFork` where it fails, or does what a fork could not repeat.
    """
    with tempfile.TemporaryDirectory(prefix="auth-provider-", ignore_cleanup_errors=True) as directory:
        seen, own = Path(directory, "seen"), Path(directory, "client")
        script = (*program.options, str(_SCRIPTS / "training.py"), str(seen), *program.target)
        env = {name: value.replace(str(root), str(own)) for name, value in command.env.items()}
        for value in (*env.values(), str(own / "cwd")):
            if value.startswith(str(own)) and os.pathsep not in value:
                Path(value).mkdir(parents=True, exist_ok=True)
        argv = (program.interpreter, *script, *command.argv[program.leading :])
        ended = ChildProcess(replace(command, argv=argv, env=env, cwd=own / "cwd")).wait()
        words = " ".join(command.argv[program.leading :])
        if ended.exit_code != 0 or not seen.exists():
            raise CannotFork(f"`{words}`, which is to show what it imports, ended with {ended.exit_code}")
        found: dict[str, Any] = marshal.loads(seen.read_bytes())  # noqa: S302  # nosec B302 - our own script wrote it
    if found["problem"]:
        raise CannotFork(found["problem"])
    return Training(tuple(found["modules"]), tuple(found["clocks"]), tuple(found["ids"]))


class ServerProcess:
    """A process that has imported a program as one command would. `inputs` are what was read for it.

    Raises `CannotFork` where a fork of it would not be as good as a process of its own.
    """

    def __init__(self, program: PythonProgram, training: Training, start: Start, timeout: float) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = _started(program, start, theirs.fileno())
        try:
            self.inputs = self._prepare(program, training, start, timeout)
        except BaseException:
            self.close()
            raise
        self.state = self.inputs.of(start)

    def fork(self, start: Start, stdin: Stream) -> Fork:
        """Start a command. Raises `OSError` where that does not work."""
        return Fork(self._control, start.argv, start.env, start.cwd, stdin)

    def close(self) -> None:
        """End the process; commands that were forked from it go on."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def _prepare(self, program: PythonProgram, training: Training, start: Start, timeout: float) -> Inputs:
        plan = {
            "target": program.target,
            "words": [program.target[1], *start.argv[program.leading :]],
            "before": list(program.before),
            "leading": program.leading,
            "modules": list(training.modules),
            "clocks": list(training.clocks),
            "ids": list(training.ids),
            "places": start.places,
            "reaper": reaper.__file__,
        }
        answer = self._ask(plan, timeout)
        if answer["problem"]:
            raise CannotFork(answer["problem"])
        if self._printed():
            raise CannotFork("something is printed while it is imported")
        return Inputs(
            frozenset(answer["variables"]),
            everything=answer["everything"],
            arguments=answer["arguments"],
            directory=answer["directory"],
            files=tuple(sorted(answer["files"])),
        )

    def _ask(self, plan: dict[str, Any], timeout: float) -> dict[str, Any]:
        try:
            self._control.settimeout(timeout)
            self._control.sendall(reaper.message(plan))
            answer = self._receive(int.from_bytes(self._receive(reaper.LENGTH), "big"))
            self._control.settimeout(None)
        except OSError as error:
            raise CannotFork("what it imports cannot be imported by itself") from error
        result: dict[str, Any] = marshal.loads(answer)  # noqa: S302  # nosec B302 - our own script wrote it
        return result

    def _receive(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            chunk = self._control.recv(length - len(data))
            if not chunk:
                raise ConnectionResetError
            data += chunk
        return data

    def _printed(self) -> bool:
        """Return whether anything was printed so far, and listen no longer."""
        printed = False
        for stream in filter(None, (self._process.stdout, self._process.stderr)):
            os.set_blocking(stream.fileno(), False)
            with contextlib.suppress(BlockingIOError):
                printed = bool(os.read(stream.fileno(), 1)) or printed
            stream.close()
        return printed


def _started(program: PythonProgram, start: Start, channel: int) -> subprocess.Popen[bytes]:
    argv = (program.interpreter, *program.options, str(_SCRIPTS / "fork_server.py"), str(channel))
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**start.env, MARKER: "fork-server"},  # it belongs to no sandbox
            cwd=start.cwd,
            umask=USUAL_UMASK,
            pass_fds=(channel,),
            start_new_session=True,
        )
    except OSError as error:
        raise CannotFork(f"{program.interpreter} cannot be started") from error

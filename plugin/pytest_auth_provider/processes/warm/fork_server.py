"""Import what a program imports, once, and become the program in a new process for each command; a script.

    python fork_server.py DESCRIPTOR

Run by `warm.fork_servers` in the client's Python and in the environment of a command: it imports nothing of ours.
`DESCRIPTOR` is one end of a Unix socket. What comes over it first is a `Plan` (marshalled, behind its length); what
goes back tells what was read (`ForkServer.answer`). From then on each byte comes with four descriptors: a channel to
whoever waits for the command, and its standard streams. A process is forked that keeps the command (`reaper.keep`), and
from that one the command.

The streams of Python stay those it made when it began, since modules may have kept them: they are pipes here as there.
The process ends with the other end of the socket.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` itself is for the program to import
import _socket
import gc
import importlib.util
import marshal
import os
import sys
import time
from importlib.machinery import SourceFileLoader
from types import CodeType, FrameType, TracebackType
from typing import Any

Plan = dict[str, Any]
"""What to do: `target` is what to run, `words` the `sys.argv` to import it for. `before` stands before the command in
`sys.orig_argv`, and `leading` words of a command before the program's own. `modules` are to be imported; `clocks` and
`ids` are those of them that ask for the time and the process id. `places` are where the files of a client are, by name,
and `reaper` is the path of that script."""

PROTOCOL_ERROR = 71  # EPROTO: it did not become the program, for a reason nobody foresaw
MARKER = "AUTH_PROVIDER_SANDBOX"
WAITS = "_auth_provider_waits"
"""The module that tells of waits so that they are skipped, where it was loaded as Python started (`clock`)."""
_WIDTH = 4
"""Bytes of a descriptor that is handed over."""


def sibling(name: str) -> Any:
    """Return the standalone module at a path, or beside this file, which the program does not get to see."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)  # noqa: PTH100, PTH118, PTH120 - no pathlib
    spec = importlib.util.spec_from_loader("sibling", SourceFileLoader("sibling", path))
    module: Any = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]  # there is a spec for every loader
    spec.loader.exec_module(module)  # type: ignore[union-attr]  # and it has its loader
    return module


class ForkServer:
    """A process that has imported a program, and what has to be done so that a fork of it is as good as a new one."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._main = sibling("as_main.py")
        self._reads = sibling("reads.py").Reads(plan["places"])
        self.reaper = sibling(plan["reaper"])
        self._before = dict(os.environ)
        self._changed: dict[str, str | None] = {}
        self._moments: list[tuple[dict[str, Any], str, str]] = []
        self._ids: list[tuple[dict[str, Any], str]] = []
        self._id = os.getpid()
        self._began = self._ended = _now()
        self._code: CodeType | None = None

    def answer(self) -> dict[str, Any]:
        """Import everything, and return what was read for it, with a `problem` where no command can be forked."""
        option, name = self._plan["target"]
        self._main.put_first((option, name))
        descriptors = _descriptors()
        sys.orig_argv[:] = [*self._plan["before"], *sys.orig_argv[-1:]]
        self._reads.begin(self._plan["words"])
        problem = self._import()
        self._reads.end()
        self._ended = _now()
        problem = problem or self._reads.problem or _left_behind(descriptors) or self._look_through_globals()
        now = dict(os.environ)
        self._changed = {
            name: now.get(name) for name in {*self._before, *now} if self._before.get(name) != now.get(name)
        }
        gc.collect()
        gc.freeze()  # a collection in a child would copy every page that an object lies on
        read = {
            name: getattr(self._reads, name) for name in ("variables", "everything", "arguments", "directory", "files")
        }
        return {"problem": problem, **read}

    def _import(self) -> str:
        try:
            self._code = self._main.compiled(self._plan["target"])
        except (OSError, SyntaxError, ValueError) as error:
            return f"it is no Python program ({type(error).__name__})"
        for name in self._plan["modules"]:
            if name in sys.modules or name == "__main__":
                continue
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as error:
                if error.name != name:  # some are made while a program runs: it will make them again
                    return f"{name} cannot be imported by itself"
            except BaseException as error:  # SystemExit, too: whatever it is, the program has not seen it
                return f"{name} cannot be imported by itself ({type(error).__name__})"
        return ""

    def _look_through_globals(self) -> str:
        """Find the moments and process ids that modules keep; return what a fork could not set right."""
        found = set()
        for module_name, module in list(sys.modules.items()):
            names = getattr(module, "__dict__", {})
            for name, value in list(names.items()):
                if type(value) is dict and MARKER in value:
                    return f"{module_name} keeps a copy of the environment"
                clock = self._clock_of(value)
                if clock:
                    found.add(module_name)
                    self._moments.append((names, name, clock))
                elif type(value) is int and value == self._id and module_name in self._plan["ids"]:
                    self._ids.append((names, name))
        lost = sorted(set(self._plan["clocks"]) - found)
        return f"{lost[0]} asks for the time while it is imported" if lost else ""

    def _clock_of(self, value: object) -> str:
        """Return which clock told a number while the modules were imported; "" for any other value."""
        kind = type(value)
        alike = [clock for clock, first in self._began.items() if type(first) is kind]
        return next((clock for clock in alike if self._began[clock] <= value <= self._ended[clock]), "")

    def serve(self, control: _socket.socket) -> None:
        """Fork a process for each command; return in that process alone, which is the program from now on."""
        while True:
            data, handed, _flags, _address = control.recvmsg(1, _socket.CMSG_SPACE(4 * _WIDTH))
            if not data:
                os._exit(0)
            _collect_keepers()
            channel, *streams = _descriptors_in(handed[0][2])
            if os.fork() == 0:
                control.close()
                os.setsid()
                for number, stream in enumerate(streams):
                    os.dup2(stream, number)
                    os.close(stream)
                self.reaper.keep(channel, self._become)
                return
            for descriptor in (channel, *streams):
                os.close(descriptor)

    def _become(self, start: tuple[list[bytes], dict[bytes, bytes], bytes, int], failure: int) -> None:
        """Make this process what the program finds when it begins; report the error that stands against it."""
        argv, env, directory, umask = start
        try:
            os.setsid()
            os.umask(umask)
            os.chdir(directory)
            self._set_environment({os.fsdecode(name): os.fsdecode(value) for name, value in env.items()})
            if WAITS in sys.modules:  # the clock is moved as this command's, which tells of its own waits
                sys.modules[WAITS].renew()
            words = list(map(os.fsdecode, argv))
            sys.argv[:] = [self._plan["target"][1], *words[self._plan["leading"] :]]  # who has kept it sees these, too
            sys.argv = list(sys.argv)
            sys.orig_argv[:] = [*self._plan["before"], *words]
            self._main.put_first(self._plan["target"])
            self._set_globals()
        except OSError as problem:
            os.write(failure, str(problem.errno).encode())
            os._exit(255)
        except BaseException:
            os.write(failure, str(PROTOCOL_ERROR).encode())
            os._exit(255)
        for descriptor in _descriptors():
            if descriptor > 2:  # that of failures, too: its end says that all is well
                _close(descriptor)

    def _set_environment(self, env: dict[str, str]) -> None:
        os.environ.clear()
        os.environ.update(env)
        for name, value in self._changed.items():  # what the modules changed of it
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def _set_globals(self) -> None:
        """Move the moments that modules keep by the time since, and give this process's id for the fork server's."""
        now = _now()
        for names, name, clock in self._moments:
            names[name] += now[clock] - self._ended[clock]
        for names, name in self._ids:
            names[name] = os.getpid()

    def run(self) -> None:
        """Run the program; what goes wrong in it is shown without us."""
        try:
            self._main.run(self._plan["target"], self._code)
        except SystemExit:
            raise
        except BaseException:
            _show_without_us()
            raise


def _now() -> dict[str, Any]:
    """Return what each clock says."""
    wall, steady = time.time_ns(), time.monotonic_ns()
    return {"wall": wall / 1e9, "steady": steady / 1e9, "wall_ns": wall, "steady_ns": steady}


def _descriptors() -> list[int]:
    return list(map(int, os.listdir("/proc/self/fd")))  # noqa: PTH208 - with that of the listing itself


def _close(descriptor: int) -> None:
    try:  # noqa: SIM105 - contextlib need not be imported
        os.close(descriptor)
    except OSError:
        pass


def _left_behind(descriptors: list[int]) -> str:
    """Return what the modules leave in this process that no fork can have, or would share; "" for nothing."""
    if len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208
        return "a thread is left running once it is imported"
    if len(_descriptors()) != len(descriptors):
        return "a file or a socket is left open once it is imported"
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return ""
    return "a process is left running once it is imported"


def _collect_keepers() -> None:
    """Collect the processes that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _descriptors_in(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + _WIDTH], sys.byteorder) for at in range(0, len(data), _WIDTH)]


def _show_without_us() -> None:
    """Leave the frames of these scripts out of the traceback that Python is about to show."""
    hook, ours = sys.excepthook, os.path.dirname(os.path.abspath(__file__)) + os.sep  # noqa: PTH100, PTH120

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        while trace is not None and _file(trace.tb_frame).startswith(ours):
            trace = trace.tb_next
        error.__traceback__ = trace
        hook(kind, error, trace)

    sys.excepthook = show


def _file(frame: FrameType) -> str:
    return frame.f_code.co_filename


def _receive(control: _socket.socket) -> Plan:
    def read(length: int) -> bytes:
        data = b""
        while len(data) < length:
            chunk = control.recv(length - len(data))
            if not chunk:
                os._exit(1)
            data += chunk
        return data

    plan: Plan = marshal.loads(read(int.from_bytes(read(8), "big")))  # nosec B302  # noqa: S302 - from who started us
    return plan


def _heed_signals() -> None:
    """Heed what a new process of a client would: what is ignored stays so across exec (nohup, a background job)."""
    for number in (_signal.SIGHUP, _signal.SIGQUIT, _signal.SIGTERM):
        if _signal.getsignal(number) == _signal.SIG_IGN:
            _signal.signal(number, _signal.SIG_DFL)
    if _signal.getsignal(_signal.SIGINT) == _signal.SIG_IGN:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)


def main() -> ForkServer:
    """Import the program, and wait for commands; return in the process of each."""
    control = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, int(sys.argv[1]))
    os.set_inheritable(control.fileno(), False)
    if WAITS in sys.modules:
        sys.modules[WAITS].wait_for_real()  # waits of this process are nobody's
    _heed_signals()
    server = ForkServer(_receive(control))
    answer = server.answer()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    control.sendall(server.reaper.message(answer))
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):  # what was printed so far says that something was
        os.dup2(nothing, number)
    os.close(nothing)
    server.serve(control)
    return server


if __name__ == "__main__":
    main().run()

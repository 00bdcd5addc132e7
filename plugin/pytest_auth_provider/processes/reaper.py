"""Run one command, adopt whatever it orphans, and end all of it when told so or when whoever started it is gone.

    python -I -S reaper.py DESCRIPTOR

Run as a script by `processes.spawn`: it imports nothing of ours. `DESCRIPTOR` is one end of a Unix socket. What comes
over it is what `message` returns: the command. What goes back are lines: `pid 123` or `errno 2`, whether it could be
started, and later `status 256`, how it ended (wait(2)).

Linux gives orphans to the nearest ancestor that is a subreaper (prctl(2)). So a daemon stays below this process,
however often it forks, whatever it does to its environment and its session. Once the other end of the socket is closed,
as it is when pytest is killed, everything below is killed, and this process ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import marshal
import os
import select
import signal
import sys

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
LENGTH = 8
"""Bytes that tell how long a message is."""
ROUNDS = 1000
"""How often what is below is looked for at most: who forks faster than it is killed cannot keep us here for ever."""

Start = tuple[list[bytes], dict[bytes, bytes], bytes, int]
"""What to start: argv, the whole environment, the directory to start it in, and the umask."""


def message(start: Start) -> bytes:
    """Return what to start as it goes over the socket."""
    data = marshal.dumps(start)
    return len(data).to_bytes(LENGTH, "big") + data


def main() -> None:
    """Start the command that the socket tells of, and watch over it."""
    channel = int(sys.argv[1])
    os.set_inheritable(channel, False)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    wake, alarm = os.pipe()
    os.set_blocking(alarm, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(alarm, warn_on_full_buffer=False)
    leader = _start(marshal.loads(_read(channel, int.from_bytes(_read(channel, LENGTH), "big"))), channel)  # nosec B302  # noqa: S302 - from who started us
    _let_go_of_streams()
    _watch(leader, channel, wake)
    _kill_everything()


def _read(channel: int, length: int) -> bytes:
    """Read so many bytes; exit where the other end is gone."""
    data = b""
    while len(data) < length:
        chunk = os.read(channel, length - len(data))
        if not chunk:
            os._exit(1)
        data += chunk
    return data


def _tell(channel: int, line: str) -> None:
    """Write a line; where nobody listens any more, the watch notices."""
    with contextlib.suppress(OSError):
        os.write(channel, f"{line}\n".encode())


def _start(start: Start, channel: int) -> int:
    """Start the command, tell whether that worked, and return its process id."""
    failed, failure = os.pipe()  # both are closed by a program that could be started
    leader = os.fork()
    if leader == 0:
        _become(start, failure)
    os.close(failure)
    problem = os.read(failed, 16)
    os.close(failed)
    _tell(channel, f"errno {problem.decode()}" if problem else f"pid {leader}")
    return leader


def _become(start: Start, failure: int) -> None:
    """Become the command, the leader of a new session, with the signals that a program expects."""
    argv, env, cwd, umask = start
    try:
        os.setsid()
        os.umask(umask)
        for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):  # ignored ones would stay so across exec
            signal.signal(number, signal.SIG_DFL)
        os.chdir(cwd)
        os.execvpe(argv[0], argv, env)  # noqa: S606 - it is what this program is for
    except OSError as problem:
        os.write(failure, str(problem.errno).encode())
    finally:
        os._exit(255)


def _let_go_of_streams() -> None:
    """Hold no end of the command's pipes: who reads them waits for their end."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _watch(leader: int, channel: int, wake: int) -> None:
    """Collect the dead and tell how the command ended, until nobody is left or the other end of the socket closes."""
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    poll.register(wake, select.POLLIN)
    while _collect(leader, channel):
        ready = dict(poll.poll())
        if wake in ready:
            os.read(wake, 4096)
        if channel in ready:
            return


def _collect(leader: int, channel: int) -> bool:
    """Collect every child that is dead, and tell of the command itself; return whether any child is left."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True
        if pid == leader:
            _tell(channel, f"status {status}")


def _kill_everything() -> None:
    """Kill all children, and theirs as they are handed to us, until there are none."""
    for _round in range(ROUNDS):
        for child in _children():
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    """Return the processes whose parent we are."""
    own = str(os.getpid()).encode()
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - pathlib would cost every command 10 ms
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - likewise
            # The name of a program, in parentheses, may hold anything.
            if file.read().rpartition(b")")[2].split()[1] == own:
                found.append(int(name))
    return found


if __name__ == "__main__":
    main()

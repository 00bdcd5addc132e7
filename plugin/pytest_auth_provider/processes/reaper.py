"""Run one command, adopt whatever it orphans, and end all of it when told so or when whoever started it is gone.

    python -I -S reaper.py DESCRIPTOR

Run as a script by `processes.spawn`: it imports nothing of ours. `DESCRIPTOR` is one end of a Unix socket. What comes
over it is what `message` returns: the command. What goes back are lines: `pid 123 122` or `errno 2`, whether it could
be started (the second id is the keeper's own), and later `status 256`, how it ended (wait(2)).

Linux gives orphans to the nearest ancestor that is a subreaper (prctl(2)). So a daemon stays below this process,
however often it forks, whatever it does to its environment and its session. Once the other end of the socket is closed,
as it is when pytest is killed, everything below is killed, and this process ends.
"""

from __future__ import annotations

import _thread
import ctypes
import marshal
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Every command starts this program, so it imports nothing that takes time: no `signal`, no `contextlib`, no `pathlib`.
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGPIPE, SIGTERM, SIGXFSZ = 1, 2, 3, 9, 13, 15, 25
SIG_DFL = 0
LENGTH = 8
"""Bytes that tell how long a message is."""
PAUSE = 0.002
"""Seconds until what was killed is looked for again."""

Start = tuple[list[bytes], dict[bytes, bytes], bytes, int]
"""What to start: argv, the whole environment, the directory to start it in, and the umask."""


def message(content: Any) -> bytes:
    """Return what is told as it goes over a socket: marshalled, behind its length."""
    data = marshal.dumps(content, 4)  # which any Python 3 reads: the one of a client may be older than ours
    return len(data).to_bytes(LENGTH, "big") + data


def main() -> None:
    """Keep the command that the socket tells of."""
    keep(int(sys.argv[1]), _become)


def keep(channel: int, become: Callable[[Start, int], None]) -> None:
    """Start the command that `channel` tells of, and watch over it until nobody below is left; then exit.

    `become` is called in the process of the command, with a descriptor for the number of the error that stopped it. A
    process that has become the command without another program returns from here, and is the only one that does.
    """
    os.set_inheritable(channel, False)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start = marshal.loads(_read(channel, int.from_bytes(_read(channel, LENGTH), "big")))  # nosec B302  # noqa: S302 - from who started us
    leader = _start(start, channel, become)
    if leader == 0:
        return
    _let_go_of_streams()
    _thread.start_new_thread(_end_with, (channel,))
    _collect(leader, channel)
    os._exit(0)


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
    try:  # noqa: SIM105 - contextlib takes time to import
        os.write(channel, f"{line}\n".encode())
    except OSError:
        pass


def _start(start: Start, channel: int, become: Callable[[Start, int], None]) -> int:
    """Start the command, tell whether that worked, and return its process id; 0 in the process of the command."""
    failed, failure = os.pipe()  # both are closed by a program that could be started
    leader = os.fork()
    if leader == 0:
        become(start, failure)
        return 0
    os.close(failure)
    problem = os.read(failed, 16)
    os.close(failed)
    _tell(channel, f"errno {problem.decode()}" if problem else f"pid {leader} {os.getpid()}")
    return leader


def _become(start: Start, failure: int) -> None:
    """Become the command, the leader of a new session, with the signals that a program expects."""
    argv, env, cwd, umask = start
    try:
        os.setsid()
        os.umask(umask)
        # Ignored ones would stay so across exec: by Python, by nohup, by a shell that runs us in the background.
        for number in (SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXFSZ):
            ctypes.CDLL(None).signal(number, SIG_DFL)
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


def _collect(leader: int, channel: int) -> None:
    """Collect every child that dies, and tell of the command itself, until there are none."""
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            return
        if pid == leader:
            _tell(channel, f"status {status}")


def _end_with(channel: int) -> None:
    """Wait until the other end of the socket is closed; then kill all children, and theirs as they are handed to us."""
    try:  # noqa: SIM105 - contextlib takes time to import
        os.read(channel, 1)
    except OSError:
        pass
    while True:  # until the other thread has nobody left to collect
        for child in _children():
            try:  # noqa: SIM105 - contextlib takes time to import
                os.kill(child, SIGKILL)
            except OSError:
                pass
        time.sleep(PAUSE)


def _children() -> list[int]:
    """Return the processes whose parent we are."""
    own = str(os.getpid()).encode()
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - pathlib takes time to import
        try:
            with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - likewise
                # The name of a program, in parentheses, may hold anything.
                if file.read().rpartition(b")")[2].split()[1] == own:
                    found.append(int(name))
        except OSError:
            continue
    return found


if __name__ == "__main__":
    main()

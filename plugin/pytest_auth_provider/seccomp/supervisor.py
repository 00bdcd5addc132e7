"""Answer the system calls on files of one command, as a disk fault says, and keep what was seen."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pytest_auth_provider.processes.tree import MARKER
from pytest_auth_provider.seccomp import filter as held
from pytest_auth_provider.seccomp import install_filter
from pytest_auth_provider.seccomp.disk_fault import DiskFault, FileChange, Killed, OnlyWatched, Part, Refused, Through
from pytest_auth_provider.seccomp.file_call import FileCall, read_call
from pytest_auth_provider.seccomp.notification import HeldCall, Listener

_PATIENCE: Final = 5.0
"""Seconds to wait for the threads that answer, once the command has ended."""


class Supervisor:
    """Answer the calls of every command that runs behind `wrapper`, until the block ends.

    `mark` is the marker of the commands, or the id of their sandbox. `directories` are watched, not what is below their
    subdirectories. `changes` are the calls that were about to change something there, in order. `unseen` says why calls
    could not be looked into, and were let through; where it is empty, every call was seen.
    """

    wrapper: Final = (sys.executable, "-I", "-S", install_filter.__file__)
    """What goes before a command so that it is supervised."""

    def __init__(self, mark: str, directories: Iterable[Path], fault: DiskFault) -> None:
        self._directories = frozenset(Path(os.path.realpath(directory)) for directory in directories)
        self._fault = fault
        self._name = install_filter.socket_name(mark)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()
        self.changes: list[FileChange] = []
        self.unseen: list[str] = []

    def __enter__(self) -> Self:
        self._socket.bind(self._name)
        self._socket.listen()
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._socket.close()
        for thread in self._threads:
            thread.join(_PATIENCE)

    # -- details --------------------------------------------------------------------------------------------------

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="disk-supervisor", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(_PATIENCE)
                with contextlib.suppress(OSError):
                    connection.sendall(held.program())
                    leader = _peer(connection)
                    _data, descriptors, _flags, _from = socket.recv_fds(connection, 1, 1)
                    for descriptor in descriptors:
                        self._start(functools.partial(self._serve, Listener(descriptor), leader))

    def _serve(self, listener: Listener, leader: int) -> None:
        """Answer every call until all processes under the filter are gone, or the block is over."""
        try:
            while not self._over.is_set():
                call = listener.receive()
                if call is not None:
                    self._answer(listener, call, leader)
        except EOFError:
            pass
        finally:
            listener.close()

    def _answer(self, listener: Listener, call: HeldCall, leader: int) -> None:
        with self._lock:
            seen = None
            try:
                seen = read_call(call, self._is_watched)
            except PermissionError as problem:
                self.unseen.append(str(problem))
            except OSError:
                pass  # the caller is gone, or names what is not there: the kernel tells it so
            if seen is None:
                listener.let_through(call)
            else:
                self._decide(listener, seen, leader)

    def _decide(self, listener: Listener, call: FileCall, leader: int) -> None:
        match self._fault.fate(call, self.changes):
            case Killed():
                self._note(call, "killed")
                _kill(leader, call.held.thread)
            case Refused(error):
                if listener.answer(call.held, -error):
                    self._note(call, "refused")
            case Part(length):
                if listener.answer(call.held, call.do_part(length)):
                    self._note(call, "cut")
            case Through():
                if listener.let_through(call.held) and call.changes:
                    self._note(call, "made")

    def _note(self, call: FileCall, fate: str) -> None:
        self.changes.append(FileChange(call.name, call.path, fate))

    def _is_watched(self, path: Path) -> bool:
        return path.parent in self._directories


def _peer(connection: socket.socket) -> int:
    """Return the process at the other end of a Unix socket."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    process: int = struct.unpack("3i", credentials)[0]
    return process


def _kill(leader: int, thread: int) -> None:
    """Kill the group of the command, and that of the thread where it has left it; never our own."""
    for process in (leader, thread):
        with contextlib.suppress(OSError):
            group = os.getpgid(process)
            os.kill(process if group == os.getpgrp() else -group, signal.SIGKILL)


@functools.cache
def is_usable() -> bool:
    """Return whether commands can be supervised on this machine, by doing it once."""
    if not sys.platform.startswith("linux") or not held.names():
        return False
    mark = f"probe-{os.getpid()}"
    with Supervisor(mark, (), OnlyWatched()) as supervisor:
        tried = subprocess.run(
            [*supervisor.wrapper, sys.executable, "-I", "-S", "-c", "print('written')"],
            env={**os.environ, MARKER: mark},
            capture_output=True,
            check=False,
            timeout=30,
        )
    return tried.returncode == 0 and tried.stdout == b"written\n"

"""System calls that a filter holds, as the kernel shows them to the one who listens, and the answers it takes."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import select
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

_RECEIVE: Final = 0xC0502100  # linux/seccomp.h: SECCOMP_IOCTL_NOTIF_RECV
_SEND: Final = 0xC0182101  # SECCOMP_IOCTL_NOTIF_SEND
_NOTIFICATION: Final = struct.Struct("=QII iIQ 6Q")
_ANSWER: Final = struct.Struct("=QqiI")
_CONTINUE: Final = 1
_PIDFD_OPEN, _PIDFD_GETFD = 434, 438  # the same on every architecture
_POLL: Final = 100
"""Milliseconds between two looks whether anybody still wants to listen."""
LONGEST_TEXT: Final = 4096


@dataclass(frozen=True)
class HeldCall:
    """One system call that waits for an answer: the thread that made it, its number and its six arguments."""

    id: int
    thread: int
    number: int
    arguments: tuple[int, ...]

    def text(self, address: int) -> bytes:
        """Return the text that ends with a zero byte at this address of the caller's memory."""
        with self._memory() as memory:
            found = b""
            while b"\0" not in found and len(found) < LONGEST_TEXT:
                memory.seek(address + len(found))
                found += memory.read(256 - (address + len(found)) % 256)  # never beyond a page that may not be there
        return found.partition(b"\0")[0]

    def bytes_at(self, address: int, length: int) -> bytes:
        """Return so many bytes from this address of the caller's memory."""
        with self._memory() as memory:
            memory.seek(address)
            return memory.read(length)

    @contextlib.contextmanager
    def descriptor(self, number: int) -> Iterator[int]:
        """Yield a descriptor of ours for an open file of the caller; both share one position in the file."""
        libc = ctypes.CDLL(None, use_errno=True)
        process = _checked(libc.syscall(_PIDFD_OPEN, self.process, 0))
        try:
            ours = _checked(libc.syscall(_PIDFD_GETFD, process, number, 0))
        finally:
            os.close(process)
        try:
            yield ours
        finally:
            os.close(ours)

    @property
    def process(self) -> int:
        """The process of the thread."""
        status = Path(f"/proc/{self.thread}/status").read_text(encoding="utf-8", errors="replace")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("Tgid:"))

    def _memory(self) -> FileIO:
        return Path(f"/proc/{self.thread}/mem").open("rb", buffering=0)


class Listener:
    """The kernel's end of a filter: yields each call that is held, and passes on what becomes of it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def receive(self) -> HeldCall | None:
        """Return the next call, or None when there was none for a moment. Raises `EOFError` when nobody is left."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        for _descriptor, events in poll.poll(_POLL):
            if not events & select.POLLIN:
                raise EOFError
            data = bytearray(_NOTIFICATION.size)
            try:
                fcntl.ioctl(self._descriptor, _RECEIVE, data)
            except FileNotFoundError:  # the caller was killed meanwhile
                return None
            id_, thread, _flags, number, _machine, _at, *arguments = _NOTIFICATION.unpack(data)
            return HeldCall(id_, thread, number, tuple(arguments))
        return None

    def let_through(self, call: HeldCall) -> bool:
        """Let the kernel do what was asked. Return False where the caller waits no more: it is dead, or asks anew."""
        return self._send(_ANSWER.pack(call.id, 0, 0, _CONTINUE))

    def answer(self, call: HeldCall, value: int) -> bool:
        """Let the call return `value`, or fail with the error number `-value` where that is below 0."""
        return self._send(_ANSWER.pack(call.id, max(value, 0), min(value, 0), 0))

    def close(self) -> None:
        """Stop listening. A call that is held, or comes later, fails as one that the kernel does not have."""
        os.close(self._descriptor)

    def _send(self, answer: bytes) -> bool:
        try:
            fcntl.ioctl(self._descriptor, _SEND, bytearray(answer))
        except FileNotFoundError:
            return False
        return True


def _checked(descriptor: int) -> int:
    if descriptor < 0:
        problem = ctypes.get_errno()
        raise OSError(problem, os.strerror(problem))
    return descriptor

"""See from outside whether every thread of a process sleeps, and in which system call, as Linux tells it (proc(5))."""

from __future__ import annotations

import platform
from collections.abc import Container
from pathlib import Path
from typing import Final, NamedTuple

_SYSTEM_CALLS: Final = {"x86_64": {202: "futex", 7: "poll", 271: "poll"}, "aarch64": {98: "futex", 73: "poll"}}
_CALLS: Final = _SYSTEM_CALLS.get(platform.machine(), {})
_COMMAND: Final = 0x7F  # linux/futex.h: what is asked for, without flags
_PRIVATE: Final = 0x80
_WAITS: Final = (0, 9)  # FUTEX_WAIT, FUTEX_WAIT_BITSET
_SWITCHES: Final = "voluntary_ctxt_switches:"


class Sleepers(NamedTuple):
    """The threads of a process, all asleep. Two that are equal tell that nobody was awake in between."""

    process: int
    threads: tuple[tuple[int, str, str], ...]
    """Each thread, the system call it sleeps in, and how often it has gone to sleep."""


def sleepers_of(process: int, told: Container[int]) -> Sleepers | None:
    """Return the threads of `process` where each of them sleeps; None otherwise, and where the system does not tell.

    Those of `told` have to sleep in poll(2) or futex(2), every other one in a wait for another thread of the process
    that has no timeout.
    """
    threads = []
    try:
        for directory in Path(f"/proc/{process}/task").iterdir():
            call, thread = (directory / "syscall").read_text(), int(directory.name)
            if not (_name_of(call) if thread in told else _waits_for_a_thread(call)):
                return None
            status = (directory / "status").read_text()
            threads.append((thread, call, status.partition(_SWITCHES)[2].split()[0]))
    except (OSError, ValueError, IndexError):  # it has ended, or may not be looked at
        return None
    return Sleepers(process, tuple(sorted(threads))) if threads else None


def _name_of(call: str) -> str:
    """Return the name of the system call that a line of `syscall` tells of; "" for others, and for one who runs."""
    number = call.split()[0]
    return _CALLS.get(int(number), "") if number.isdigit() else ""


def _waits_for_a_thread(call: str) -> bool:
    """Return whether it is a futex(2) between threads of one process that nothing but another thread can end."""
    if _name_of(call) != "futex":
        return False
    _number, _address, operation, _value, timeout = (int(word, 0) for word in call.split()[:5])
    return bool(operation & _PRIVATE) and operation & _COMMAND in _WAITS and timeout == 0

"""Put this process under a seccomp filter, hand the kernel's listener to whoever supervises it, and become the command.

    python install_filter.py PROGRAM [ARGUMENT ...]

Run as a script before the command (`Supervisor.wrapper`): it imports nothing of ours and replaces itself (`execv`). The
filter comes over an abstract Unix socket, whose name is made of the marker that every command of a sandbox carries, and
the listener goes back the same way. It exits with 125 where the kernel takes no filter.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import sys

PR_SET_NO_NEW_PRIVS = 38  # linux/prctl.h
SET_MODE_FILTER = 1  # linux/seccomp.h
NEW_LISTENER = 1 << 3
WAIT_KILLABLE = 1 << 5  # Linux 5.19: a call that was seen is not begun again when a signal arrives
SYS_SECCOMP = {"x86_64": 317, "aarch64": 277}
REFUSED = 125
MARKER = "AUTH_PROVIDER_SANDBOX"  # processes.tree
LONGEST = 65536  # bytes of a filter


def socket_name(mark: str) -> str:
    """Return the name of the socket for the commands that carry this marker: one for each sandbox."""
    return f"\0auth-provider-disk/{mark.partition('/')[0]}"


class Program(ctypes.Structure):
    """`struct sock_fprog`: the length of a filter in instructions of eight bytes, and the filter."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def install(filter_: bytes) -> int:
    """Put this process under the filter; return the descriptor of its listener, -1 where the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = SYS_SECCOMP.get(platform.machine())
    if number is None or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return -1
    program = ctypes.byref(Program(len(filter_) // 8, filter_))
    for flags in (NEW_LISTENER | WAIT_KILLABLE, NEW_LISTENER):
        listener = int(libc.syscall(number, SET_MODE_FILTER, flags, program))
        if listener >= 0:
            return listener
    return -1


def main() -> None:
    """Install the filter, send the listener, and run the program."""
    argv = sys.argv[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as supervisor:
        supervisor.connect(socket_name(os.environ[MARKER]))
        listener = install(supervisor.recv(LONGEST))
        if listener < 0:
            os._exit(REFUSED)
        socket.send_fds(supervisor, [b"."], [listener])
    os.close(listener)
    os.execv(argv[0], argv)  # noqa: S606 - it is what this program is for


if __name__ == "__main__":
    main()

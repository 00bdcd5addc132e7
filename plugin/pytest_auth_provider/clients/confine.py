"""Run another program with a limit on the size of files, and without root's right to ignore permission bits.

    python confine.py LARGEST PROGRAM [ARGUMENT ...]

`LARGEST` is the largest file it can write, in bytes (`-` for any): a write beyond that fails with "File too large", as
one on a full disk fails. Run as a script by `Disk.confined`: it imports nothing of ours and replaces itself (`execv`).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys

PR_CAPBSET_DROP = 24  # linux/prctl.h
OVERRIDES = (1, 2, 3)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER: linux/capability.h


def limit_files(largest: int) -> None:
    """Limit every file to `largest` bytes. SIGXFSZ, which would kill most programs, is ignored."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def obey_permissions() -> None:
    """Give up, for the next program, the capabilities by which root ignores permission bits. Other users have none."""
    with contextlib.suppress(AttributeError, OSError):  # no Linux, no prctl
        prctl = ctypes.CDLL(None).prctl
        for capability in OVERRIDES:
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def main() -> None:
    """Confine this process, then replace it with the program."""
    largest, *argv = sys.argv[1:]
    obey_permissions()
    if largest != "-":
        limit_files(int(largest))
    os.execv(argv[0], argv)  # noqa: S606 - it is what this program is for


if __name__ == "__main__":
    main()

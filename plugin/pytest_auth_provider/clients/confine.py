"""Run another program without root's right to ignore permission bits.

    python confine.py PROGRAM [ARGUMENT ...]

Run as a script by `Disk.confined`: it imports nothing of ours and replaces itself (`execv`).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

PR_CAPBSET_DROP = 24  # linux/prctl.h
OVERRIDES = (1, 2, 3)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER: linux/capability.h


def obey_permissions() -> None:
    """Give up, for the next program, the capabilities by which root ignores permission bits. Other users have none."""
    with contextlib.suppress(AttributeError, OSError):  # no Linux, no prctl
        prctl = ctypes.CDLL(None).prctl
        for capability in OVERRIDES:
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def main() -> None:
    """Confine this process, then replace it with the program."""
    argv = sys.argv[1:]
    obey_permissions()
    os.execv(argv[0], argv)  # noqa: S606 - it is what this program is for


if __name__ == "__main__":
    main()

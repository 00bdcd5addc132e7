"""The program `auth-provider`, also as `python -m pytest_auth_provider` where the console script is not on the path."""

from __future__ import annotations

import signal
import sys

CANCELLED = 130
"""The exit code that shells report for a program ended by Ctrl-C."""


def main() -> int:
    """Run the command line; return the exit code. Ctrl-C prints no traceback, and what was begun is cleaned up."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is begun while it still imports
    from pytest_auth_provider.cli import main as run

    signal.signal(signal.SIGINT, before)
    try:
        return run()
    except KeyboardInterrupt:
        return CANCELLED


if __name__ == "__main__":
    sys.exit(main())

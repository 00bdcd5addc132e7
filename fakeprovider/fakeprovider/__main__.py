"""The program `fakeprovider`, also as `python -m fakeprovider` where the console script is not on the path."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Run the command line; return the exit code. Ctrl-C ends it as any other program, whatever is just imported."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from fakeprovider.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())

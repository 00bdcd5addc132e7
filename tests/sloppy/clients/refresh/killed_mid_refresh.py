"""The lock is a file that is there: whoever dies holding it keeps everybody out."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reference_client import atomic, lock
from reference_client.__main__ import main
from reference_client.errors import BusyError


@contextmanager
def held(path: Path, wait: float) -> Iterator[None]:
    """Create the file, wait while somebody else has, remove it in the end."""
    atomic.make_directory(path.parent)
    deadline = time.monotonic() + wait
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
            break
        except FileExistsError:
            if time.monotonic() > deadline:
                raise BusyError("another process holds the lock") from None
            time.sleep(0.05)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


lock.held = held


if __name__ == "__main__":
    sys.exit(main())

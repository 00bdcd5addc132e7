"""Credentials are created like any other file, in a directory like any other, and closed to others afterwards."""

import os
import sys
from pathlib import Path

from reference_client import atomic
from reference_client.__main__ import main


def create(path: Path, mode: int) -> int:
    """Create, then chmod: for a moment everybody can open it."""
    path.parent.chmod(0o755)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    os.fchmod(descriptor, mode)
    return descriptor


atomic.create = create


if __name__ == "__main__":
    sys.exit(main())

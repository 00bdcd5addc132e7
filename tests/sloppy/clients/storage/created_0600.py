"""Credentials are written like any other file, in a directory like any other, and closed to others afterwards."""

import sys
from pathlib import Path

from reference_client import atomic
from reference_client.__main__ import main


def write(path: Path, data: bytes) -> None:
    """Write, then chmod: for a moment everybody can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o755)
    path.write_bytes(data)
    path.chmod(atomic.FILE_MODE)


atomic.write = write


if __name__ == "__main__":
    sys.exit(main())

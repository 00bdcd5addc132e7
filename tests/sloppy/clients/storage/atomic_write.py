"""The credential file is emptied and written again in place."""

import os
import sys
from pathlib import Path

from reference_client import atomic
from reference_client.__main__ import main


def replace(path: Path, data: bytes, mode: int) -> None:
    """Open, truncate, write."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)


atomic.replace = replace


if __name__ == "__main__":
    sys.exit(main())

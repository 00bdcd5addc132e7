"""What people read: results on stdout, everything else on stderr as one sentence with our name in front."""

import sys
from typing import TextIO

PROGRAM = "auth-reference"


def say(text: str) -> None:
    """Print a result on stdout, at once (a person may be waiting for a code)."""
    _write(sys.stdout, text)


def warn(text: str) -> None:
    """Print a warning on stderr."""
    complain(f"warning: {text}")


def complain(text: str) -> None:
    """Print one sentence on stderr."""
    _write(sys.stderr, f"{PROGRAM}: {text}")


def _write(stream: TextIO, text: str) -> None:
    """Print a line; a character that the stream cannot show is shown by its number."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()

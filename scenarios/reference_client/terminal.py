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
    """Print a line, and at once."""
    stream.write(f"{fitted(text, stream.encoding or 'utf-8')}\n")
    stream.flush()


def fitted(text: str, encoding: str) -> str:
    """Return `text` with what a stream of this encoding cannot show as a number: a name is no reason to fail."""
    return text.encode(encoding, "backslashreplace").decode(encoding)

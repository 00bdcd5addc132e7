"""What people read: results on stdout, everything else on stderr as one sentence with our name in front."""

import sys

PROGRAM = "auth-reference"


def say(text: str) -> None:
    """Print a result on stdout, at once (a person may be waiting for a code)."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def warn(text: str) -> None:
    """Print a warning on stderr."""
    complain(f"warning: {text}")


def complain(text: str) -> None:
    """Print one sentence on stderr."""
    sys.stderr.write(f"{PROGRAM}: {text}\n")
    sys.stderr.flush()

"""JSON mode: what the commands print for other programs.

Standard output holds one JSON document and nothing else, also when something went wrong; what is meant for people goes
to standard error.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout

from reference_client import terminal
from reference_client.errors import AuthError

FLAG = "--json"


@contextmanager
def people_on_stderr(*, wanted: bool) -> Iterator[None]:
    """Send what is said to people during the block to standard error, where JSON mode is `wanted`."""
    if not wanted:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield


def say(document: Mapping[str, object]) -> None:
    """Print the document that a command has to say."""
    terminal.say(json.dumps(document))


def say_failure(error: AuthError) -> None:
    """Print the document of a command that failed: a `code` for programs, which stays, and a message for people."""
    say({"error": {"code": code(error), "message": str(error)}})


def code(error: AuthError) -> str:
    """Return what programs go by, as `not_signed_in` for a `NotSignedInError`."""
    words = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words).lower()

"""A 401 from the session status endpoint is explained with a guess, and what to do about it is left out."""

import sys

from reference_client import session_status
from reference_client.__main__ import main
from reference_client.answers import Answer
from reference_client.errors import SignInAgainError
from reference_client.session_status import Report

read = session_status.read


def guessing(answer: Answer) -> Report:
    """Know better than the provider tells."""
    if answer.status == 401:
        raise SignInAgainError("an administrator has revoked this session")
    return read(answer)


session_status.read = guessing


if __name__ == "__main__":
    sys.exit(main())

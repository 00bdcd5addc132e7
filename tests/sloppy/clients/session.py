"""Sloppy clients of the family `session`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from reference_client import session_status
from reference_client.answers import Answer
from reference_client.commands import doctor
from reference_client.context import Context
from reference_client.errors import SignInAgainError
from reference_client.session_status import Report
from tests.sloppy.defects import sloppy


@sloppy("session/401-means-sign-in-again", session_status, "read")
def guesses_why(read: Callable[[Answer], Report], answer: Answer) -> Report:
    """A 401 from the session status endpoint is explained with a guess, and what to do about it is left out."""
    if answer.status == 401:
        raise SignInAgainError("an administrator has revoked this session")
    return read(answer)


@sloppy("session/offline-by-default", doctor, "run")
def always_asks_the_provider(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """``doctor`` asks the provider whether or not it was told to."""
    arguments.server = True
    return run(context, arguments)

"""Sloppy clients of the family `cli`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from reference_client import terminal
from reference_client.commands import login, use
from reference_client.context import Context
from reference_client.errors import NoAnswerError, SignInError
from tests.sloppy.defects import sloppy

Run = Callable[[Context, argparse.Namespace], int]


@sloppy("cli/failed-login-exits-nonzero", login, "run")
def is_content_with_a_message(run: Run, context: Context, arguments: argparse.Namespace) -> int:
    """A login that the provider ends for a reason of its own is told, and exits with 0."""
    try:
        return run(context, arguments)
    except SignInError as error:
        if "the provider ended the sign-in" not in str(error):
            raise
        terminal.complain(str(error))
        return 0


@sloppy("cli/failed-use-exits-nonzero", use, "run")
def forgives_the_api(run: Run, context: Context, arguments: argparse.Namespace) -> int:
    """An API that does not answer is told, and the command exits with 0."""
    try:
        return run(context, arguments)
    except NoAnswerError as error:
        terminal.complain(str(error))
        return 0

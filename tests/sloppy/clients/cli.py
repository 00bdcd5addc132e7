"""Sloppy clients of the family `cli`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from reference_client import json_mode, refresh, terminal
from reference_client.commands import login, use
from reference_client.context import Context
from reference_client.errors import AuthError, NoAnswerError, SignInError
from reference_client.session import Session
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


@sloppy("cli/no-terminal-fails-fast", use, "run")
def begins_a_sign_in_by_itself(run: Run, context: Context, arguments: argparse.Namespace) -> int:
    """A command without a session begins a device login, whoever may be there to see it."""
    if context.stored_session() is None:
        with json_mode.people_on_stderr(wanted=True):
            login.signed_in(context, argparse.Namespace(flow="device", no_browser=True))
    return run(context, arguments)


@sloppy("cli/json-mode-stays-json", refresh, "refreshed")
def talks_of_its_refresh(
    refreshed: Callable[[Context, Session], Session], context: Context, session: Session
) -> Session:
    """A refresh is told on standard output, in JSON mode as well."""
    terminal.say("refreshing the session")
    return refreshed(context, session)


@sloppy("cli/json-errors-are-json", json_mode, "code")
def has_one_code_for_all(original: object, error: AuthError) -> str:
    """Every error has the same code."""
    return "auth_error"

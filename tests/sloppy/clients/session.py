"""Sloppy clients of the family `session`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from reference_client import api, messages, session_status
from reference_client.answers import Answer
from reference_client.commands import doctor, login
from reference_client.context import Context
from reference_client.errors import ApiError, SignInAgainError
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


@sloppy("session/insufficient-scope-is-not-expired", api, "call")
def drops_what_is_refused(
    call: Callable[[Context, str, str], Answer], context: Context, url: str, access_token: str
) -> Answer:
    """Whatever the API answers with 403, the session is deleted for it."""
    if context.transport.get(url, bearer=access_token).status == 403:
        context.store.remove(context.issuer, context.settings.profile)
        raise SignInAgainError("the API refused the access token")
    return call(context, url, access_token)


@sloppy("session/a-failing-api-is-no-dead-session", api, "call")
def sends_everybody_to_the_login(
    call: Callable[[Context, str, str], Answer], context: Context, url: str, access_token: str
) -> Answer:
    """Whatever the API fails with, the person is asked to sign in again."""
    try:
        return call(context, url, access_token)
    except ApiError as error:
        raise SignInAgainError(f"{error}; {messages.SIGN_IN_AGAIN}") from None


@sloppy("session/relogin-always-possible", login, "run")
def lets_nobody_in_who_was_refused(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """As long as there is a session, however dead, nobody may sign in."""
    session = context.stored_session()
    if session is not None and session.is_poisoned():
        raise SignInAgainError("this session was refused")
    return run(context, arguments)

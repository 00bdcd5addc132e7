"""Sloppy clients of the family `session`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from reference_client import api, clock, given_token, messages, refresh, session_status
from reference_client.answers import Answer
from reference_client.commands import doctor, login, logout
from reference_client.context import Context
from reference_client.errors import ApiError, SignInAgainError
from reference_client.flows import token
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


@sloppy("session/env-token-shadowing-is-said", login, "warn_if_outranked")
def keeps_the_variable_to_itself(original: object) -> None:
    """A login while the variable holds a token does not mention it."""


@sloppy("session/explicit-token-is-the-only-one", given_token, "call")
def goes_on_as_somebody_else(
    call: Callable[[Context, str, str], Answer], context: Context, url: str, given: str
) -> Answer:
    """A token of the environment that is refused is replaced by that of the stored session."""
    try:
        return call(context, url, given)
    except SignInAgainError:
        return api.call(context, url, context.session().access_token)


@sloppy("session/env-token-is-not-refreshed", given_token, "call")
def refreshes_what_it_does_not_need(
    call: Callable[[Context, str, str], Answer], context: Context, url: str, given: str
) -> Answer:
    """The stored session is refreshed before the token of the environment is used."""
    session = context.stored_session()
    if session is not None and session.is_due(clock.now()):
        refresh.refreshed(context, session)
    return call(context, url, given)


@sloppy("session/error-names-the-token-source", given_token, "call")
def does_not_say_which_token(original: object, context: Context, url: str, given: str) -> Answer:
    """A refused token of the environment is told as if it were that of the session."""
    return api.call(context, url, given)


@sloppy("session/logout-with-env-token-is-truthful", logout, "warn_of_another_token")
def leaves_the_token_unsaid(original: object) -> None:
    """A sign-out says nothing of the token in the environment, which goes on working."""


@sloppy("session/login-checks-the-new-token", token, "check")
def checks_the_wrong_token(check: Callable[[Context, str], None], context: Context, entered: str) -> None:
    """What a login with a token checks is the token of the environment, where there is one."""
    check(context, given_token.in_environment() or entered)


@sloppy("session/login-with-dead-token-is-refused", token, "check")
def checks_only_in_company(check: Callable[[Context, str], None], context: Context, entered: str) -> None:
    """A login with a token checks it only where there is a token in the environment, too."""
    if given_token.is_set():
        check(context, entered)


@sloppy("session/token-whitespace-is-trimmed", given_token, "in_environment")
def takes_the_variable_as_it_is(original: object) -> str | None:
    """The token of the environment is put into the header with whatever stands around it."""
    return os.environ.get(given_token.VARIABLE)

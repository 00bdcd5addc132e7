"""Sloppy clients of the family `session`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import replace

from reference_client import api, clock, given_token, messages, refresh, scope, session_status, terminal
from reference_client.answers import Answer
from reference_client.commands import doctor, login, logout, status
from reference_client.context import Context
from reference_client.errors import ApiError, BrokenAnswerError, SignInAgainError
from reference_client.flows import token
from reference_client.session import Session
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
    except ApiError:
        raise SignInAgainError(f"the API did not let you in; {messages.SIGN_IN_AGAIN}") from None


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


@sloppy("session/expired-is-not-signed-in", status, "is_usable")
def forgets_that_time_passes(original: object, session: Session) -> bool:
    """A session is called alive as long as nobody has refused it, though it has expired for good."""
    return not session.is_poisoned()


@sloppy("session/signed-out-status-exits-nonzero", status, "run")
def is_content_without_anybody(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """The status exits with 0 whether or not anybody is signed in."""
    run(context, arguments)
    return 0


@sloppy("session/status-tells-where-the-secret-is", status, "source")
def does_not_say_where(original: object, facts: dict[str, object]) -> list[str]:
    """The status does not say where the token comes from."""
    return []


@sloppy("session/whoami-asks-or-says-it-did-not", status, "caveat")
def is_sure_of_itself(original: object) -> list[str]:
    """What is stored is shown as if it were known to be true."""
    return []


@sloppy("session/identity-in-any-script", terminal, "fitted")
def prints_what_cannot_be_shown(original: object, text: str, encoding: str) -> str:
    """A name is printed as it is, whatever the terminal can show."""
    return text


@sloppy("session/identity-is-of-the-token", login, "signed_in")
def keeps_the_name_of_the_first(
    signed_in: Callable[[Context, argparse.Namespace], Session], context: Context, arguments: argparse.Namespace
) -> Session:
    """Whoever signs in over a session of somebody else is stored under the other one's name."""
    before, session = context.stored_session(), signed_in(context, arguments)
    if before is not None:
        session = replace(session, name=before.name)
        context.keep(session)
    return session


@sloppy("session/expired-is-explained", api, "call")
def says_that_something_is_not_valid(
    call: Callable[[Context, str, str], Answer], context: Context, url: str, access_token: str
) -> Answer:
    """A token that the API refuses is told as such, and not what helps."""
    try:
        return call(context, url, access_token)
    except SignInAgainError:
        raise ApiError("the API rejected the access token (HTTP 401)") from None


@sloppy("session/granted-scope-is-looked-at", scope, "less")
def believes_it_has_everything(original: object, asked: str, granted: str | None) -> str:
    """Nobody looks at the scope that was granted."""
    return ""


@sloppy("session/empty-api-answer-is-a-message", api, "readable")
def shows_what_the_parser_said(readable: Callable[[Answer], str], answer: Answer) -> str:
    """What the parser has to say about the answer of the API is all that people are told."""
    try:
        json.loads(answer.body)
    except ValueError as error:
        raise ApiError(f"JSONDecodeError: {error}") from None
    return readable(answer)


@sloppy("session/server-check-refreshes-first", session_status, "fresh")
def asks_with_what_there_is(original: object, context: Context) -> Session:
    """The provider is asked about the session with the stored access token, expired or not."""
    return context.session()


@sloppy("session/nothing-internal-shown", session_status, "read")
def shows_all_it_was_told(read: Callable[[Answer], Report], answer: Answer) -> Report:
    """The whole answer about the session is shown."""
    report = read(answer)
    return replace(report, session_id=answer.body.decode())


@sloppy("session/unreachable-is-not-healthy", session_status, "read")
def takes_any_answer_for_a_good_one(read: Callable[[Answer], Report], answer: Answer) -> Report:
    """An answer that makes no sense is taken for one that has nothing against the session."""
    try:
        return read(answer)
    except BrokenAnswerError:
        return Report(None, None)

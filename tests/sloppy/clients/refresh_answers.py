"""Sloppy clients of the family `refresh`: odd answers, what is asked for, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reference_client import answers, id_token, refresh, terminal
from reference_client.answers import Answer
from reference_client.commands import login
from reference_client.context import Context
from reference_client.errors import AuthError, BrokenAnswerError, SignInAgainError, TryAgainError
from reference_client.flows import device
from reference_client.flows.device import Authorization
from reference_client.refresh import RejectedError, ReplayedError
from reference_client.session import Session
from reference_client.token_endpoint import Tokens
from tests.sloppy.defects import sloppy

Present = Callable[[Context, Session], Tokens]
Post = Callable[[Context, str, dict[str, str]], Answer]


def _gives_up_where(present: Present, context: Context, session: Session, words: str) -> Tokens:
    """Refresh, and take a broken answer whose story has these words for the end of the session."""
    try:
        return present(context, session)
    except BrokenAnswerError as error:
        if words not in str(error):
            raise
        refresh.poison(context, session)
        raise RejectedError from None


@sloppy("refresh/success-without-access-token", refresh, "present")
def gives_up_without_a_token(present: Present, context: Context, session: Session) -> Tokens:
    """A success without an access token is taken for the end of the session."""
    return _gives_up_where(present, context, session, "access_token")


@sloppy("refresh/success-with-error-body", refresh, "present")
def gives_up_at_an_error_in_a_success(present: Present, context: Context, session: Session) -> Tokens:
    """Any error that comes with a status of 200 is taken for the end of the session."""
    return _gives_up_where(present, context, session, "with an error in it")


@sloppy("refresh/wrong-types", refresh, "present")
def gives_up_at_nonsense(present: Present, context: Context, session: Session) -> Tokens:
    """JSON that is no object is taken for the end of the session."""
    return _gives_up_where(present, context, session, "JSON that is not an object")


@sloppy("refresh/unparsed-expiry-does-not-storm", refresh, "_post")
def asks_until_it_can_read_the_lifetime(post: Post, context: Context, url: str, form: dict[str, str]) -> Answer:
    """A lifetime that it cannot read is asked for again and again, with the newest refresh token each time."""
    answer = post(context, url, form)
    for _ in range(3):
        members = answers.error_members(answer)
        if not isinstance(members.get("expires_in"), str):
            break
        answer = post(context, url, {**form, "refresh_token": members["refresh_token"]})
    return answer


@sloppy("refresh/other-subject", id_token, "check_refreshed")
def believes_whomever_it_is_about(original: object, *_: object) -> None:
    """Whom the ID token of a refresh is about does not matter to it."""


@sloppy("refresh/other-fields-survive", refresh, "renewed")
def forgets_who_it_was(renewed: Callable[[Session, Tokens], Session], session: Session, tokens: Tokens) -> Session:
    """Of the old session, a refresh keeps what it takes to refresh, and nothing of the person."""
    return replace(renewed(session, tokens), name=None, subject=None)


@sloppy("refresh/generation-is-stored", refresh, "renewed")
def knows_one_generation(renewed: Callable[[Session, Tokens], Session], session: Session, tokens: Tokens) -> Session:
    """The generation stays what it was at the login."""
    return replace(renewed(session, tokens), generation=session.generation)


@sloppy("refresh/scope-is-not-needed-or-kept", refresh, "_post")
def asks_for_everything_again(post: Post, context: Context, url: str, form: dict[str, str]) -> Answer:
    """Each refresh asks for the scopes of the login, whatever was granted."""
    return post(context, url, {**form, "scope": login.SCOPE})


@sloppy("refresh/offline-access-is-asked-for", device, "authorize")
def asks_for_no_refresh_token(
    authorize: Callable[[Context, str], Authorization], context: Context, scope: str
) -> Authorization:
    """`offline_access` is not asked for."""
    return authorize(context, scope.replace(" offline_access", ""))


@sloppy("refresh/one-shot-is-not-retried-blindly", refresh, "_post")
def hopes_for_an_answer(post: Post, context: Context, url: str, form: dict[str, str]) -> Answer:
    """A refresh without an answer is sent three times."""
    for _ in range(2):
        try:
            return post(context, url, form)
        except TryAgainError:
            continue
    return post(context, url, form)


@sloppy("refresh/second-client-does-not-refresh", refresh, "check_ours_to_refresh")
def refreshes_what_is_not_its_own(original: object, context: Context) -> None:
    """It refreshes though it was told to leave that to another program."""


@sloppy("refresh/failure-is-a-message", refresh, "failure")
def says_it_again_and_again(failure: Callable[[Answer], AuthError], answer: Answer) -> AuthError:
    """A refresh that failed is told on ten lines."""
    for number in range(10):
        terminal.warn(f"refreshing failed: attempt {number}")
    return failure(answer)


@sloppy("refresh/sign-out-is-said-where-it-happens", refresh, "check_not_poisoned")
def finds_something_else_missing(original: object, session: Session) -> None:
    """Once a session was refused, later commands say that a password is missing."""
    if session.is_poisoned():
        raise AuthError("no password is set for this account")


@sloppy("refresh/replay-409-twice", refresh, "retry_with_newer")
def gives_up_after_the_second(
    retry_with_newer: Callable[[Context, Session], Session], context: Context, spent: Session
) -> Session:
    """A second benign replay is taken for the end of the session."""
    if context.session().refresh_token == spent.refresh_token:
        raise ReplayedError
    try:
        return retry_with_newer(context, spent)
    except ReplayedError:
        refresh.poison(context, context.session())
        raise SignInAgainError("the session is over, sign in again with: auth-reference login --device") from None


@sloppy("refresh/replay-409-odd-retry-after", refresh, "is_replay")
def wants_a_pause_it_can_read(is_replay: Callable[[Answer], bool], answer: Answer) -> bool:
    """A replay is one only where `retry_after` is a number of seconds."""
    return is_replay(answer) and answers.is_seconds(answers.error_members(answer).get("retry_after"))


@sloppy("refresh/replay-is-read-from-error", refresh, "is_replay")
def reads_another_member_first(original: object, answer: Answer) -> bool:
    """What an answer means is read from `error_code`, and from `error` only where there is none."""
    members = answers.error_members(answer)
    return answer.status == 409 and members.get("error_code", members.get("error")) == refresh.REPLAY_CODE


@sloppy("refresh/other-409-is-not-a-replay", refresh, "is_replay")
def takes_every_conflict_for_a_replay(original: object, answer: Answer) -> bool:
    """Every 409 is taken for a benign replay."""
    return answer.status == 409

"""Sloppy clients of the family `refresh`."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from reference_client import answers, atomic, clock, lock, messages, refresh, session_status, terminal, token_endpoint
from reference_client.answers import Answer
from reference_client.commands import login, token
from reference_client.context import Context
from reference_client.errors import AuthError, BrokenAnswerError, BusyError, TryAgainError
from reference_client.refresh import RejectedError
from reference_client.session import Session
from reference_client.session_status import Report
from reference_client.token_endpoint import Tokens
from tests.sloppy.defects import sloppy


@sloppy("refresh/403-from-a-proxy-is-not-a-dead-session", refresh, "is_permanent")
def takes_every_refusal_for_final(is_permanent: Callable[[Answer], bool], answer: Answer) -> bool:
    """Every 4xx but a 429 counts as a rejection for good, whoever it came from."""
    return is_permanent(answer) or (400 <= answer.status < 500 and answer.status not in (409, 429))


@sloppy("refresh/bounded-retries", refresh, "retry_pause")
def tries_once(original: object, answer: Answer) -> float | None:
    """A refresh that failed is never tried again."""
    return None


@sloppy("refresh/invalid-grant-ends-the-use-of-the-old-token", refresh, "reconcile_rejection")
def goes_on_with_the_expired_token(
    reconcile: Callable[[Context, Session], Session], context: Context, rejected: Session
) -> Session:
    """Where the refresh is refused, the API is called with the expired token before that is said."""
    context.transport.get(context.api, bearer=rejected.access_token)
    return reconcile(context, rejected)


@sloppy("refresh/html-error-is-not-dumped", refresh, "failure")
def shows_what_came(failure: Callable[[Answer], AuthError], answer: Answer) -> AuthError:
    """What the provider answered is shown as it came."""
    error = failure(answer)
    return type(error)(f"refreshing failed: {answer.body.decode()}") if type(error) is TryAgainError else error


@sloppy("refresh/invalid-grant-is-explained", refresh, "failure")
def tells_the_status_alone(failure: Callable[[Answer], AuthError], answer: Answer) -> AuthError:
    """A refusal that comes with a 401 is told by its status, and not by what helps."""
    if answer.status == 401:
        messages.SIGN_IN_AGAIN = "the provider answered HTTP 401"
    return failure(answer)


@sloppy("refresh/killed-mid-refresh", lock, "held")
@contextmanager
def locks_by_a_file_that_stays(original: object, path: Path, wait: float) -> Iterator[None]:
    """The lock is a file that is there: whoever dies holding it keeps everybody out."""
    atomic.make_directory(path.parent)
    deadline = time.monotonic() + wait
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
            break
        except FileExistsError:
            if time.monotonic() > deadline:
                raise BusyError("another process holds the lock") from None
            time.sleep(0.05)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


@sloppy("refresh/lost-answer", refresh, "_post")
def asks_for_the_rest_of_an_answer(
    post: Callable[[Context, str, dict[str, str]], Answer], context: Context, url: str, form: dict[str, str]
) -> Answer:
    """A refresh whose answer is cut short is sent again and again, though the provider has done it."""
    for _ in range(8):
        try:
            return post(context, url, form)
        except BrokenAnswerError as error:
            if "cut short" not in str(error):
                raise
    return post(context, url, form)


@sloppy("refresh/odd-expires-in", token_endpoint, "_expiry")
def insists_on_a_lifetime(
    expiry: Callable[[dict[str, Any], str], float | None], members: dict[str, Any], access_token: str
) -> float | None:
    """An answer that tells no lifetime, or one of 0, is refused as broken."""
    if not members.get("expires_in"):
        raise BrokenAnswerError("signing in: expires_in is missing in the provider's answer")
    return expiry(members, access_token)


@sloppy("refresh/expiry-ignores-the-time-zone", Session, "is_due")
def compares_with_local_time(is_due: Callable[[Session, float], bool], self: Session, now: float) -> bool:
    """The expiry is compared with the local time, as if that were UTC."""
    return is_due(self, now + time.localtime().tm_gmtoff)


@sloppy("refresh/expired-token-refreshes-once", refresh, "renew")
def refreshes_twice(renew: Callable[[Context, Session], Session], context: Context, session: Session) -> Session:
    """What a refresh brought is refreshed once more, to be sure."""
    return renew(context, renew(context, session))


@sloppy("refresh/no-refresh-token-is-said", refresh, "present")
def presents_what_it_has_not(
    present: Callable[[Context, Session], Tokens], context: Context, session: Session
) -> Tokens:
    """Without a refresh token an empty one is presented."""
    return present(context, session if session.refresh_token else replace(session, refresh_token="none"))


@sloppy("refresh/odd-retry-after", refresh, "_post")
def asks_until_it_can_read_the_pause(
    post: Callable[[Context, str, dict[str, str]], Answer], context: Context, url: str, form: dict[str, str]
) -> Answer:
    """A Retry-After that it cannot read is taken for no pause at all, and the refresh is sent again and again."""
    answer = post(context, url, form)
    for _ in range(8):
        if not answer.headers.get("Retry-After") or answers.retry_after(answer) is not None:
            break
        answer = post(context, url, form)
    return answer


@sloppy("refresh/omitted-refresh-token-keeps-the-old", refresh, "renewed")
def takes_the_answer_for_the_session(
    renewed: Callable[[Session, Tokens], Session], session: Session, tokens: Tokens
) -> Session:
    """What a refresh leaves out is taken for gone, the refresh token with it."""
    return replace(renewed(session, tokens), refresh_token=tokens.refresh_token)


@sloppy("refresh/retry-after-honoured", refresh, "retry_pause")
def pauses_as_it_likes(retry_pause: Callable[[Answer], float | None], answer: Answer) -> float | None:
    """The pause before the second try is a quarter of a second, whatever the provider asks for."""
    return None if retry_pause(answer) is None else refresh.BACKOFF


@sloppy("refresh/rotation-is-stored", refresh, "renewed")
def keeps_the_refresh_token_of_the_login(
    renewed: Callable[[Session, Tokens], Session], session: Session, tokens: Tokens
) -> Session:
    """Of what a refresh brings, only the access token is stored."""
    return replace(renewed(session, tokens), refresh_token=session.refresh_token)


@sloppy("refresh/permanent-failure-is-not-retried", refresh, "present")
def hopes_for_another_answer(
    present: Callable[[Context, Session], Tokens], context: Context, session: Session
) -> Tokens:
    """A refused refresh token is sent three times before the refusal is believed."""
    for _ in range(2):
        try:
            return present(context, session)
        except RejectedError:
            continue
    return present(context, session)


@sloppy("refresh/poison-clears", login, "new_session")
def remembers_refusals_for_ever(
    new_session: Callable[[Context, Tokens, str], Session], context: Context, tokens: Tokens, method: str
) -> Session:
    """Who was refused once stays refused, whatever they sign in with."""
    session, earlier = new_session(context, tokens, method), context.stored_session()
    return session.poisoned() if earlier is not None and earlier.is_poisoned() else session


@sloppy("refresh/permanent-failure-is-final", refresh, "poison")
def forgets_a_rejection(original: object, context: Context, session: Session) -> None:
    """A refresh token that was rejected for good is not remembered as rejected: every command presents it again."""


@sloppy("refresh/poisoned-token-is-not-handed-out", token, "run")
def prints_any_token(original: object, context: Context, arguments: argparse.Namespace) -> int:
    """``token`` prints whatever access token is stored."""
    terminal.say(context.session().access_token)
    return 0


@sloppy("refresh/replay-409-newer-token-on-disk", refresh, "retry_with_newer", also=["refresh/replay-*"])
def retries_with_the_spent_token(original: object, context: Context, spent: Session) -> Session:
    """After a benign replay the newer token on disk is noticed, and the spent one is presented again."""
    if context.session().refresh_token == spent.refresh_token:
        raise refresh.ReplayedError
    return refresh.renew(context, spent)


@sloppy("refresh/replay-409-same-token-on-disk", refresh, "retry_with_newer")
def retries_with_any_token(original: object, context: Context, spent: Session) -> Session:
    """After a benign replay the token on disk is presented at once, without looking whether it is a newer one."""
    return refresh.renew(context, context.session())


@sloppy("refresh/rotation-is-stored-by-every-command", session_status, "check")
def refreshes_for_itself_alone(check: Callable[[Context], Report], context: Context) -> Report:
    """The check with the provider refreshes for itself, and drops what came."""
    session = context.session()
    if not session.is_due(clock.now()):
        return check(context)
    tokens = refresh.present(context, session)
    url = context.discovery.metadata().required("userinfo_endpoint")
    return session_status.read(context.transport.get(url, bearer=tokens.access_token))


@sloppy("refresh/short-lived-token-does-not-loop", refresh, "renew")
def refreshes_until_it_lasts(
    renew: Callable[[Context, Session], Session], context: Context, session: Session
) -> Session:
    """What a refresh brought is refreshed again as long as it is about to expire, ten times at most."""
    newer = renew(context, session)
    for _ in range(9):
        if not newer.is_due(clock.now()):
            break
        newer = renew(context, newer)
    return newer


@sloppy("refresh/stale-rejection-preserved", refresh, "reconcile_rejection")
def takes_every_rejection_for_its_own(original: object, context: Context, rejected: Session) -> Session:
    """Whatever is stored by the time a refusal comes is taken for refused."""
    refresh.poison(context, context.session())
    raise RejectedError


@sloppy("refresh/transient-keeps-credentials", refresh, "is_permanent")
def gives_up_on_every_error(original: object, answer: Answer) -> bool:
    """Every answer to a refresh that is no success counts as a rejection for good, be it a 503 or a 429."""
    return answer.status != 200


@sloppy("refresh/two-processes", refresh, "refreshed")
def takes_no_lock(original: object, context: Context, stale: Session) -> Session:
    """Refreshing takes no lock: every process refreshes for itself."""
    return refresh._transact(context, stale)

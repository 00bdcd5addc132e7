"""Sloppy clients of the family `refresh`: locks, and what another process has stored meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from reference_client import answers, lock, refresh, session_call, token_endpoint
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import BusyError, SignInAgainError, StoreError
from reference_client.session import Session
from reference_client.store import CredentialStore
from reference_client.token_endpoint import Tokens
from tests.sloppy.defects import sloppy


@sloppy("refresh/401-refreshes-once", session_call, "call")
def refreshes_as_long_as_it_is_refused(call: Callable[[Context, str], Answer], context: Context, url: str) -> Answer:
    """Each 401 of the API is answered with another refresh and another try, five times."""
    for _ in range(4):
        try:
            return call(context, url)
        except SignInAgainError:
            refresh.check_not_poisoned(context.session())
    return call(context, url)


@sloppy("refresh/401-refreshes-a-token-of-unknown-age", token_endpoint, "tokens")
def takes_a_token_without_an_end(tokens: Callable[[Answer, str], Tokens], answer: Answer, what: str) -> Tokens:
    """A token whose lifetime is not told is taken for one without an end, and needs no refresh token beside it."""
    found = tokens(answer, what)
    if "expires_in" in answers.document(answer, what):
        return found
    return Tokens(**{**vars(found), "refresh_token": None})


@sloppy("refresh/stale-lock-is-taken-over", lock, "held")
@contextmanager
def believes_a_mark(
    held: Callable[[Path, float], AbstractContextManager[None]], path: Path, wait: float
) -> Iterator[None]:
    """A login that finds the mark of another command takes it for one that still runs."""
    mark = path.with_suffix(".busy")
    if mark.exists() and "login" in sys.argv:
        raise BusyError("another command is at work on this session")
    with held(path, wait):
        mark.touch()
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)


@sloppy("refresh/lock-held-is-bounded", lock, "held", hangs=True)
@contextmanager
def waits_for_ever(
    held: Callable[[Path, float], AbstractContextManager[None]], path: Path, wait: float
) -> Iterator[None]:
    """Whoever finds the lock taken waits until it is free, however long that takes."""
    with held(path, -1):
        yield


@sloppy("refresh/adopted-newer", refresh, "refreshed")
def reads_again_where_it_had_to_wait(
    refreshed: Callable[[Context, Session], Session], context: Context, stale: Session
) -> Session:
    """Where the lock is free, nobody can have stored anything: what was read before is used."""
    try:
        with context.store.locked(0), context.store.room():
            return refresh.renew(context, stale)
    except BusyError:
        return refreshed(context, stale)


@sloppy("refresh/token-reread-under-the-lock", refresh, "_transact")
def sends_what_it_had_read_before(original: object, context: Context, stale: Session) -> Session:
    """Where the session that another process has stored is of no use any more, the one read before is refreshed."""
    current = context.session()
    refresh.check_not_poisoned(current)
    if refresh.is_adoptable(current, stale):
        return current
    with context.store.room():
        try:
            return refresh.renew(context, stale)
        except refresh.ReplayedError:
            return refresh.retry_with_newer(context, stale)


@sloppy("refresh/lock-covers-the-credential", CredentialStore, "locked")
def locks_the_path(original: object, self: CredentialStore, wait: float) -> AbstractContextManager[None]:
    """The lock stands beside the link by which the store is reached, not beside the store."""
    return lock.held(self.path.with_suffix(".lock"), wait)


@sloppy("refresh/no-refresh-while-valid", Session, "is_due")
def refreshes_every_five_minutes(is_due: Callable[[Session, float], bool], self: Session, now: float) -> bool:
    """A token that is five minutes old is refreshed, though it lives for an hour."""
    return is_due(self, now + 3600 - 300)


@sloppy("refresh/write-failure-after-rotation-is-loud", refresh, "_transact")
def goes_on_where_it_cannot_store(original: object, context: Context, stale: Session) -> Session:
    """A refresh that cannot be stored is used for this command, and forgotten without a word."""
    current = context.session()
    refresh.check_not_poisoned(current)
    if refresh.is_adoptable(current, stale):
        return current
    keep = context.keep

    def keep_if_possible(session: Session) -> None:
        with suppress(StoreError):
            keep(session)

    vars(context)["keep"] = keep_if_possible
    try:
        return refresh.renew(context, current)
    except refresh.ReplayedError:
        return refresh.retry_with_newer(context, current)

"""Sloppy clients of the family `refresh`."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reference_client import atomic, lock, refresh, terminal, token_endpoint
from reference_client.answers import Answer
from reference_client.commands import token
from reference_client.context import Context
from reference_client.errors import BrokenAnswerError, BusyError
from reference_client.session import Session
from tests.sloppy.defects import sloppy


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
    expiry: Callable[[dict[str, Any], str, str], float | None], members: dict[str, Any], access_token: str, what: str
) -> float | None:
    """An answer that tells no lifetime, or one of 0, is refused as broken."""
    if not members.get("expires_in"):
        raise BrokenAnswerError(f"{what}: expires_in is missing in the provider's answer")
    return expiry(members, access_token, what)


@sloppy("refresh/permanent-failure-is-final", refresh, "poison")
def forgets_a_rejection(original: object, context: Context, session: Session) -> None:
    """A refresh token that was rejected for good is not remembered as rejected: every command presents it again."""


@sloppy("refresh/poisoned-token-is-not-handed-out", token, "run")
def prints_any_token(original: object, context: Context, arguments: argparse.Namespace) -> int:
    """``token`` prints whatever access token is stored."""
    terminal.say(context.session().access_token)
    return 0


@sloppy("refresh/replay-409-newer-token-on-disk", refresh, "retry_with_newer")
def retries_with_the_spent_token(original: object, context: Context, spent: Session) -> Session:
    """After a benign replay the newer token on disk is noticed, and the spent one is presented again."""
    if context.session().refresh_token == spent.refresh_token:
        raise refresh.ReplayedError
    return refresh.renew(context, spent)


@sloppy("refresh/replay-409-same-token-on-disk", refresh, "retry_with_newer")
def retries_with_any_token(original: object, context: Context, spent: Session) -> Session:
    """After a benign replay the token on disk is presented at once, without looking whether it is a newer one."""
    return refresh.renew(context, context.session())


@sloppy("refresh/transient-keeps-credentials", refresh, "is_permanent")
def gives_up_on_every_error(original: object, answer: Answer) -> bool:
    """Every answer to a refresh that is no success counts as a rejection for good, be it a 503 or a 429."""
    return answer.status != 200


@sloppy("refresh/two-processes", refresh, "refreshed")
def takes_no_lock(original: object, context: Context, stale: Session) -> Session:
    """Refreshing takes no lock: every process refreshes for itself."""
    return refresh._transact(context, stale)

"""Refreshing, as one transaction: lock, read, decide, ask, reconcile, store, and only then use.

lock ── read disk ── newer and valid? ──────────────────────────── adopt it, ask nobody
            └─ present the refresh token
                  ├─ granted ────────────────────────────────────── store, use
                  ├─ replay 409 ── newer on disk? ── present it, once
                  │                    └─ no ──────────────────────── keep, "try again"
                  ├─ rejected for good ── still the one on disk? ── poison it, "sign in again"
                  │                    └─ no ──────────────────────── keep and use the newer one
                  └─ anything else ───────────────────────────────── keep, "try again"
"""

from dataclasses import replace

from reference_client import answers, clock, id_token, log, messages, token_endpoint
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import (
    AuthError,
    BusyError,
    NoAnswerError,
    SignInAgainError,
    StoreError,
    TryAgainError,
)
from reference_client.session import Session, normalised
from reference_client.settings import DYNAMIC, NEVER
from reference_client.token_endpoint import Tokens

REPLAY_STATUS = 409
REPLAY_CODE = "refresh_replay_benign_retry"

PERMANENT_STATUSES = frozenset({400, 401})
PERMANENT_CODES = frozenset(
    {
        "invalid_grant",
        "refresh_token_expired",
        "refresh_token_invalidated",
        "refresh_token_reused",
        "refresh_token_revoked",
        "token_expired",
        "token_family_revoked",
    }
)

RETRIES = 1
BACKOFF = 0.25
"""Seconds before the retry, when the provider does not say."""
LONGEST_RETRY_AFTER = 5.0
"""Seconds. Asked to wait longer, we tell the person instead of making them wait."""

_WHAT = "refreshing the session"


class ReplayedError(TryAgainError):
    """The refresh token was spent a moment ago, by somebody who was given a newer one (a benign replay)."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("another process is refreshing this session; it is kept, try again in a moment")


class RejectedError(SignInAgainError):
    """The provider will never accept this refresh token again."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(f"the provider no longer accepts this session; {messages.SIGN_IN_AGAIN}")


def refreshed_if_due(context: Context, session: Session) -> Session:
    """Return `session`, or a fresh one when its access token has expired or is about to. Raises as `refreshed`."""
    check_not_poisoned(session)
    return refreshed(context, session) if session.is_due(clock.now()) else session


def refreshed(context: Context, stale: Session) -> Session:
    """Return a session with a newer access token than `stale` has, already stored.

    Raises:
        SignInAgainError: There is no way but to sign in again.
        TryAgainError: It failed for now; nothing was changed.
        NoAnswerError: The provider is unreachable at discovery.
        BrokenAnswerError: It answered something that makes no sense; nothing was changed.
        BusyError, StoreError, NotSignedInError: As their names say.
    """
    try:
        with context.store.locked(context.settings.timeout):
            return _transact(context, stale)
    except BusyError:
        current = context.session()
        if is_adoptable(current, stale):
            return current
        raise


def _transact(context: Context, stale: Session) -> Session:
    current = context.session()
    check_not_poisoned(current)
    if is_adoptable(current, stale):
        return current
    with context.store.room():
        try:
            return renew(context, current)
        except ReplayedError:
            return retry_with_newer(context, current)


def is_adoptable(current: Session, stale: Session) -> bool:
    """Whether another process has stored a newer, valid session since `stale` was read."""
    return current.access_token != stale.access_token and not current.is_due(clock.now()) and not current.is_poisoned()


def check_not_poisoned(session: Session) -> None:
    """Refuse, without asking anybody, a session whose refresh token was rejected for good."""
    if session.is_poisoned():
        raise RejectedError


def renew(context: Context, session: Session) -> Session:
    """Present the refresh token of `session`; store what comes and return it."""
    try:
        tokens = present(context, session)
    except RejectedError:
        return reconcile_rejection(context, session)
    if tokens.id_token is not None:
        id_token.check_refreshed(tokens.id_token, session, context.discovery.metadata().issuer)
    newer = renewed(session, tokens)
    try:
        context.keep(newer)
    except StoreError as error:
        raise StoreError(
            f"{error}, but the provider has given a newer token in its place; "
            f"if the old one is no longer accepted, {messages.SIGN_IN_AGAIN}"
        ) from None
    return newer


def retry_with_newer(context: Context, spent: Session) -> Session:
    """After a benign replay: present the newer token that another process stored, once; never the spent one again."""
    newer = context.session()
    if newer.refresh_token == spent.refresh_token:
        raise ReplayedError
    check_not_poisoned(newer)
    return renew(context, newer)


def reconcile_rejection(context: Context, rejected: Session) -> Session:
    """After a rejection for good: poison the session, unless the disk holds another one by now; that is used."""
    current = context.session()
    if current.refresh_token == rejected.refresh_token:
        poison(context, current)
        raise RejectedError
    if current.is_due(clock.now()) or current.is_poisoned():
        raise TryAgainError("another process replaced this session meanwhile; its session is kept, try again")
    return current


def poison(context: Context, session: Session) -> None:
    """Remember on disk that this refresh token was rejected, so that no later command presents it again."""
    try:
        context.keep(session.poisoned())
    except StoreError as error:
        log.debug("could not remember the rejection: %s", error)


def renewed(session: Session, tokens: Tokens) -> Session:
    """Return `session` with what the answer brought; what it left out stays as it was (RFC 6749 6)."""
    return replace(
        session,
        access_token=tokens.access_token,
        token_type=tokens.token_type,
        expires_at=tokens.expires_at,
        refresh_token=tokens.refresh_token or session.refresh_token,
        scope=tokens.scope or session.scope,
        session_id=tokens.session_id or session.session_id,
        generation=session.generation if tokens.generation is None else tokens.generation,
        rejected_refresh_token=None,
    )


def present(context: Context, session: Session) -> Tokens:
    """Ask the token endpoint for new tokens.

    Raises:
        ReplayedError, RejectedError, TryAgainError: What the answer means.
    """
    check_bound_to_issuer(session, context.issuer)
    check_ours_to_refresh(context)
    if session.refresh_token is None:
        raise SignInAgainError(f"the access token has expired and cannot be refreshed; {messages.SIGN_IN_AGAIN}")
    form = {
        "grant_type": token_endpoint.REFRESH_GRANT,
        "refresh_token": session.refresh_token,
        "client_id": session.client_id or context.settings.client_id,
    }
    answer = _post(context, context.discovery.metadata().required("token_endpoint"), form)
    if answer.status == 200:
        return token_endpoint.tokens(answer, _WHAT)
    if context.settings.registration == DYNAMIC and "invalid_client" in answers.error_codes(answer):
        raise SignInAgainError(f"the provider has forgotten this client; {messages.SIGN_IN_AGAIN}")
    raise failure(answer)


def check_bound_to_issuer(session: Session, issuer: str) -> None:
    """Refuse to show a refresh token to anybody but the issuer that gave it."""
    if session.issuer is not None and normalised(session.issuer) != normalised(issuer):
        raise SignInAgainError(f"the stored session belongs to another provider; {messages.SIGN_IN_AGAIN}")


def check_ours_to_refresh(context: Context) -> None:
    """Refuse to spend a refresh token that another program looks after: it would have a spent one then."""
    if context.settings.refresh == NEVER:
        raise SignInAgainError(
            "the access token has expired, and refreshing this session was left to another program (refresh = never)",
            f"let that one refresh it, or {messages.SIGN_IN_AGAIN}",
        )


def failure(answer: Answer) -> AuthError:
    """Say what a failed refresh means."""
    if is_replay(answer):
        return ReplayedError()
    if is_permanent(answer):
        return RejectedError()
    wait = answers.retry_after(answer)
    when = "later" if wait is None else f"in {wait:g} s"
    return TryAgainError(
        f"{_WHAT} failed: the provider answered {answers.described(answer)}; the session is kept, try again {when}"
    )


def is_replay(answer: Answer) -> bool:
    """Whether this is a benign replay. The code is read from ``error`` alone; ``retry_after`` does not matter."""
    return answer.status == REPLAY_STATUS and answers.error_members(answer).get("error") == REPLAY_CODE


def is_permanent(answer: Answer) -> bool:
    """Whether the refresh token was rejected for good."""
    return answer.status in PERMANENT_STATUSES and not PERMANENT_CODES.isdisjoint(answers.error_codes(answer))


def _post(context: Context, url: str, form: dict[str, str]) -> Answer:
    """Send the request, again after a passing failure that was answered.

    Silence is not retried: the token may have been spent, and the answer lost.
    """
    try:
        for _ in range(RETRIES):
            answer = context.transport.post(url, form)
            pause = retry_pause(answer)
            if pause is None:
                return answer
            clock.sleep(pause)
        return context.transport.post(url, form)
    except NoAnswerError as error:
        # Another kind of error on purpose: only discovery and keys decide whether we are "offline".
        raise TryAgainError(f"{_WHAT} failed: {error.problem}", "the session is kept, try again later") from None


def retry_pause(answer: Answer) -> float | None:
    """Return the seconds to wait before asking again; None when asking again is no use."""
    wait = answers.retry_after(answer)
    if answer.status >= 500:
        pause = BACKOFF if wait is None else wait
    elif answer.status == 429 and wait is not None:
        pause = wait
    else:
        return None
    return pause if pause <= LONGEST_RETRY_AFTER else None

"""One call of the API with the session: a token that it rejects is refreshed, once, and the call made once more."""

from reference_client import access, api, refresh
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import BrokenAnswerError, NoAnswerError, SignInAgainError, TryAgainError
from reference_client.session import Session


def call(context: Context, url: str) -> Answer:
    """GET `url` with the access token of the session. Raises as `access.session_for_api` and `api.call`."""
    stored = context.session()
    session = access.session_for_api(context)
    try:
        return api.call(context, url, session.access_token)
    except SignInAgainError as rejection:
        # A token that is as new as can be is not made better by another one.
        if session.access_token != stored.access_token:
            raise
        newer = after_rejection(context, session, rejection)
    return api.call(context, url, newer.access_token)


def after_rejection(context: Context, rejected: Session, rejection: SignInAgainError) -> Session:
    """Return a session with another access token than the one that the API `rejected` (RFC 6750 3.1).

    Raises:
        SignInAgainError: There is none: the `rejection` stands, or the refresh was rejected as well.
        TryAgainError: It could not be refreshed for now.
    """
    if rejected.refresh_token is None:
        raise rejection
    try:
        return refresh.refreshed(context, rejected)
    except (NoAnswerError, BrokenAnswerError):
        raise rejection from None
    except TryAgainError as error:
        raise TryAgainError(
            f"the API rejected the access token (HTTP 401), and {error.problem}", error.advice
        ) from None

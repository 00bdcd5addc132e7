"""An access token fit to be sent to the API.

When the provider cannot be reached, this machine cannot prove that the stored token is still good. That is not the
same as the token being good, and this module keeps the two apart: best effort says so and lets the API decide, strict
refuses. A provider that answers nonsense is a third thing, and an error under either policy.
"""

from reference_client import messages, refresh, terminal, validation
from reference_client.context import Context
from reference_client.errors import ExpiredTokenError, InvalidTokenError, NoAnswerError, TryAgainError
from reference_client.session import Session
from reference_client.settings import STRICT


def session_for_api(context: Context) -> Session:
    """Return the session to call the API with: refreshed if due, validated, or knowingly unvalidated.

    Raises:
        NotSignedInError, SignInAgainError: There is no usable session.
        TryAgainError: Refreshing failed for now, or `offline` is strict and the provider is unreachable.
        BrokenAnswerError: The provider answers nonsense.
    """
    session = context.session()
    refresh.check_not_poisoned(session)
    try:
        context.discovery.metadata()  # first: unreachable means no token request either
        stored, session = session, refresh.refreshed_if_due(context, session)
        session = validated(context, session, may_refresh=session is stored)
    except NoAnswerError as error:
        provider_is_unreachable(context, error)
    return session


def validated(context: Context, session: Session, *, may_refresh: bool) -> Session:
    """Return `session` after checking its access token; one that turns out to have expired is refreshed first."""
    try:
        check(context, session)
    except InvalidTokenError as error:
        if isinstance(error, ExpiredTokenError) and may_refresh:
            return validated(context, refresh.refreshed(context, session), may_refresh=False)
        advice = messages.SIGN_IN_AGAIN
        raise InvalidTokenError(f"the stored access token was not used: {error.problem}", advice) from None
    return session


def check(context: Context, session: Session) -> None:
    """Check the access token of `session` on this machine. Raises as `validation.check_access_token`."""
    issuer = context.discovery.metadata().issuer
    validation.check_access_token(session.access_token, context.keys, issuer, context.api)


def provider_is_unreachable(context: Context, error: NoAnswerError) -> None:
    """Go on knowingly unvalidated, or refuse, as the `offline` policy says.

    Raises:
        TryAgainError: The policy is strict.
    """
    if context.settings.offline == STRICT:
        raise TryAgainError(
            f"{error.problem}, so the stored token could not be checked on this machine, "
            "and the offline policy is strict; nothing was sent, try again later"
        )
    terminal.warn(
        f"local token validation was skipped: {error.problem}; whether the token is accepted is up to the API"
    )

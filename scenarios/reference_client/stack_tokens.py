"""Access tokens for one stack, given for the user's own access token (RFC 7523 2.1)."""

from reference_client import answers, clock, given_token, messages, refresh, token_endpoint
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import ApiError, AuthError, SignInAgainError, TryAgainError
from reference_client.session import Session
from reference_client.stack_cache import StackToken
from reference_client.token_endpoint import Tokens


def token_for(context: Context, stack: str) -> str:
    """Return an access token for `stack`: the cached one, which costs no request, or a new one.

    Raises:
        NotSignedInError, SignInAgainError: There is no session to exchange.
        ApiError: This user may not use the stack.
        TryAgainError, NoAnswerError, BrokenAnswerError: The provider gave none for now. Nothing is cached.
    """
    given = given_token.in_environment()
    if given is not None:
        # Not cached: what comes of a token that somebody may replace at any time must not outlive it.
        return _granted(context, stack, Session(access_token=given)).access_token
    session = context.session()
    refresh.check_not_poisoned(session)
    cached = context.stack_cache.load(stack, session)
    return cached if cached is not None else _exchanged(context, stack, session)


def _exchanged(context: Context, stack: str, session: Session) -> str:
    session = refresh.refreshed_if_due(context, session)
    tokens = _granted(context, stack, session)
    if tokens.expires_at is not None:
        token = StackToken(tokens.access_token, tokens.expires_at, clock.now(), session.subject)
        context.stack_cache.save(stack, token)
    return tokens.access_token


def _granted(context: Context, stack: str, session: Session) -> Tokens:
    """Return what the provider gives for the access token of `session`. Raises as `token_for`."""
    url = context.discovery.metadata().required("token_endpoint")
    answer = context.transport.post(url, request_form(context, stack, session))
    if answer.status != 200:
        raise failure(answer, stack)
    return token_endpoint.tokens(answer, f"asking for a token for stack {stack!r}")


def request_form(context: Context, stack: str, session: Session) -> dict[str, str]:
    """Return what is sent: the user's access token is the assertion, the stack the audience."""
    return {
        "grant_type": token_endpoint.JWT_BEARER_GRANT,
        "assertion": session.access_token,
        "client_id": session.client_id or context.settings.client_id,
        "audience": stack,
    }


def failure(answer: Answer, stack: str) -> AuthError:
    """Say what a failed exchange means."""
    what = f"the provider gave no token for stack {stack!r}: {answers.described(answer)}"
    if answer.status in (400, 401):
        return SignInAgainError(f"{what}; {messages.SIGN_IN_AGAIN}")
    if answer.status == 403:
        return ApiError(f"{what}; ask its owner for access to the stack")
    return TryAgainError(f"{what}; the session is kept, try again later")

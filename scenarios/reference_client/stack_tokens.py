"""Access tokens for one stack, given for the user's own access token (RFC 7523 2.1)."""

from reference_client import answers, clock, messages, refresh, token_endpoint
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import ApiError, AuthError, SignInAgainError, TryAgainError
from reference_client.session import Session
from reference_client.stack_cache import StackToken


def token_for(context: Context, stack: str) -> str:
    """Return an access token for `stack`: the cached one, which costs no request, or a new one.

    Raises:
        NotSignedInError, SignInAgainError: There is no session to exchange.
        ApiError: This user may not use the stack.
        TryAgainError, NoAnswerError, BrokenAnswerError: The provider gave none for now. Nothing is cached.
    """
    session = context.session()
    refresh.check_not_poisoned(session)
    cached = context.stack_cache.load(stack, session)
    return cached if cached is not None else _exchanged(context, stack, session)


def _exchanged(context: Context, stack: str, session: Session) -> str:
    session = refresh.refreshed_if_due(context, session)
    url = context.discovery.metadata().required("token_endpoint")
    answer = context.transport.post(url, request_form(context, stack, session))
    if answer.status != 200:
        raise failure(answer, stack)
    tokens = token_endpoint.tokens(answer, f"asking for a token for stack {stack!r}")
    if tokens.expires_at is not None:
        token = StackToken(tokens.access_token, tokens.expires_at, clock.now(), session.subject)
        context.stack_cache.save(stack, token)
    return tokens.access_token


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

"""Asking the provider whether it still knows our session: at its session status endpoint, or else at userinfo."""

from collections.abc import Mapping
from dataclasses import dataclass

from reference_client import answers, messages, refresh
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import AuthError, BrokenAnswerError, SignInAgainError
from reference_client.session import Session

ACTIVE = "active"
_WHAT = "session status"


@dataclass(frozen=True)
class Report:
    """An active session: the two members that are anybody's business."""

    session_id: str | None
    generation: int | None


def check(context: Context) -> Report:
    """Ask, with a fresh access token.

    Raises:
        SignInAgainError: The provider does not know the session any more. It does not say why, and we do not guess.
        AuthError: It could not be checked; the text says so.
    """
    session = fresh(context)
    metadata = context.discovery.metadata()
    url = metadata.endpoint("session_status_endpoint") or metadata.endpoint("userinfo_endpoint")
    if url is None:
        raise BrokenAnswerError("the provider advertises neither a session status endpoint nor userinfo")
    return read(context.transport.get(url, bearer=session.access_token))


def fresh(context: Context) -> Session:
    """Return the session to ask with: refreshed if due, or the answer would be about an expired token."""
    return refresh.refreshed_if_due(context, context.session())


def read(answer: Answer) -> Report:
    """Read an answer that says the session is active, or whose it is (OIDC Core 5.3.2). Raises as `check`."""
    if answer.status == 401:
        raise SignInAgainError(f"the provider does not accept this session; {messages.SIGN_IN_AGAIN}")
    members = answers.document(answer, _WHAT)
    if members.get("status") != ACTIVE and not is_userinfo(members):
        raise SignInAgainError(f"the provider did not confirm this session; {messages.SIGN_IN_AGAIN}")
    session_id, generation = members.get("session_id"), members.get("current_generation")
    return Report(
        session_id=messages.printable(session_id) if isinstance(session_id, str) else None,
        generation=generation if isinstance(generation, int) and not isinstance(generation, bool) else None,
    )


def is_userinfo(members: Mapping[str, object]) -> bool:
    """Return whether the document tells about a person, which it does for a session that lives only."""
    subject = members.get("sub")
    return "status" not in members and isinstance(subject, str) and bool(subject)


def could_not_check(error: AuthError) -> AuthError:
    """Return `error`, saying that nothing is known now, unless it says something definite."""
    if isinstance(error, SignInAgainError):
        return error
    return AuthError(f"could not check the session with the provider: {error.problem}", error.advice)

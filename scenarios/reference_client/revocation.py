"""Telling the provider that a session is over (RFC 7009)."""

from dataclasses import dataclass

from reference_client import answers
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import AuthError
from reference_client.session import Session


@dataclass(frozen=True)
class Revocation:
    """What became of it. `problem` says why the provider did not confirm; None means it did."""

    problem: str | None = None


def revoke(context: Context, session: Session) -> Revocation:
    """Ask the provider to revoke `session`. Never raises: what is kept here goes away whatever the provider says."""
    try:
        url = context.discovery.metadata().endpoint("revocation_endpoint")
        if url is None:
            return Revocation("it advertises no revocation endpoint")
        answer = context.transport.post(url, request_form(session, context.settings.client_id))
    except AuthError as error:
        return Revocation(error.problem)
    return Revocation() if is_confirmed(answer) else Revocation(f"it answered {answers.described(answer)}")


def request_form(session: Session, client_id: str) -> dict[str, str]:
    """Return what is sent: possession of the token is the authorization, so there is no Authorization header.

    The access token may have expired meanwhile; nothing needs to be refreshed first.
    """
    client_id = session.client_id or client_id
    if session.refresh_token is None:
        return {"token": session.access_token, "token_type_hint": "access_token", "client_id": client_id}
    return {"token": session.refresh_token, "token_type_hint": "refresh_token", "client_id": client_id}


def is_confirmed(answer: Answer) -> bool:
    """Whether this is a confirmation: 200, also for a token that was revoked or had expired before (RFC 7009 2.2).

    The body says nothing and is not read; but a web page is not a revocation endpoint's answer, whatever its status.
    """
    return answer.status == 200 and "html" not in answer.headers.get("Content-Type", "").lower()

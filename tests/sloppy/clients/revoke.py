"""Sloppy clients of the family `revoke`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from reference_client import clock, refresh, revocation, terminal
from reference_client.answers import Answer
from reference_client.commands import logout
from reference_client.context import Context
from reference_client.session import Session
from reference_client.stack_cache import StackCache
from tests.sloppy.defects import sloppy


@sloppy("revoke/5xx-is-never-revoked", revocation, "is_confirmed")
def takes_any_answer_for_revoked(original: object, answer: Answer) -> bool:
    """Every answer of the revocation endpoint is taken for a confirmation."""
    return True


@sloppy("revoke/local-cleanup-is-unconditional", logout, "run")
def keeps_what_was_not_revoked(original: object, context: Context, arguments: argparse.Namespace) -> int:
    """The session stays on this machine unless the provider confirms that it is revoked."""
    session = context.stored_session()
    problem = revocation.revoke(context, session).problem if session else None
    if problem is None:
        logout.forget(context)
        terminal.say("signed out")
    else:
        terminal.warn(f"the provider did not confirm the sign-out: {problem}")
    return 0


@sloppy("revoke/never-raises", revocation, "is_confirmed")
def reads_the_body(original: object, answer: Answer) -> bool:
    """The body of a revocation's 200 is read as a JSON object, which nobody promised it is (RFC 7009 2.2)."""
    if answer.status != 200:
        return False
    try:
        return json.loads(answer.body).get("error") is None
    except (ValueError, AttributeError):
        sys.exit("the provider's answer to the revocation is not JSON")


@sloppy("revoke/request-shape", revocation, "request_form")
def names_the_token_as_it_likes(original: object, session: Session, client_id: str) -> dict[str, str]:
    """The token to revoke is sent as ``refresh_token``, which no revocation endpoint looks for."""
    return {"refresh_token": session.refresh_token or "", "client_id": client_id}


@sloppy("revoke/logout-revokes-the-refresh-token", revocation, "request_form")
def revokes_the_access_token(original: object, session: Session, client_id: str) -> dict[str, str]:
    """What is revoked is the access token, which would have ended by itself."""
    return {"token": session.access_token, "token_type_hint": "access_token", "client_id": client_id}


@sloppy("revoke/logout-never-asks-to-sign-in", logout, "tell_provider")
def refreshes_first(tell: Callable[[Context, Session], None], context: Context, session: Session) -> None:
    """An access token that has expired is refreshed before the session is revoked."""
    due = session.is_due(clock.now())
    tell(context, refresh.renewed(session, refresh.present(context, session)) if due else session)


@sloppy("revoke/twice-is-fine", logout, "run")
def claims_it_again(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """Where nobody is signed in, it says that the session was revoked."""
    if context.stored_session() is None:
        terminal.say("session revoked at the provider")
        return 0
    return run(context, arguments)


@sloppy("revoke/logout-removes-every-copy", StackCache, "clear")
def forgets_the_cache(original: object, self: StackCache) -> None:
    """Signing out leaves the cache of tokens for stacks as it is."""

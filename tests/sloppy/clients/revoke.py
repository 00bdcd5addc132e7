"""Sloppy clients of the family `revoke`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from reference_client import api, clock, given_token, places, refresh, revocation, stack_tokens, terminal
from reference_client.answers import Answer
from reference_client.commands import login, logout
from reference_client.context import Context
from reference_client.errors import StoreError
from reference_client.revocation import Revocation
from reference_client.session import Session
from reference_client.stack_cache import StackCache, StackToken
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


@sloppy("revoke/unconfirmed-is-never-revoked", revocation, "is_confirmed")
def fears_only_failures_of_the_server(original: object, answer: Answer) -> bool:
    """Whatever is no failure of the server is taken for a confirmation."""
    return answer.status < 500


@sloppy("revoke/200-is-revoked", logout, "run")
def wants_to_be_sure_of_the_session(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """A session that has not expired is tried at the API first; nobody signs out of one that was ended elsewhere."""
    session = context.stored_session()
    if session is not None and not session.is_due(clock.now()):
        api.call(context, api.address(context, ""), session.access_token)
    return run(context, arguments)


@sloppy("revoke/logout-revokes-or-says-it-does-not", logout, "tell_provider")
def forgets_and_says_no_more(original: object, context: Context, session: Session) -> None:
    """The provider is never told, and the person hears only of having signed out."""
    terminal.say("signed out")


@sloppy("revoke/no-endpoint-advertised", revocation, "revoke")
def keeps_quiet_about_it(
    revoke: Callable[[Context, Session], Revocation], context: Context, session: Session
) -> Revocation:
    """Without an endpoint to revoke at, the session counts as revoked."""
    if context.discovery.metadata().endpoint("revocation_endpoint") is None:
        return Revocation()
    return revoke(context, session)


@sloppy("revoke/not-signed-in", logout, "run")
def asks_the_provider_first(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """A sign-out begins with what the provider says about itself, whether or not anybody is signed in."""
    context.discovery.metadata()
    return run(context, arguments)


@sloppy("revoke/missing-entry-is-no-error", logout, "forget")
def misses_what_is_gone(forget: Callable[[Context], Session | None], context: Context) -> Session | None:
    """Tokens in the cache without a session beside them are a contradiction that ends the sign-out."""
    cached = any(places.stack_cache_directory().rglob("*.json"))
    if cached and context.stored_session() is None:
        raise StoreError("there are cached tokens and no session they could be of")
    return forget(context)


@sloppy("revoke/relogin-retires-the-old-session", login, "retire")
def leaves_the_old_one_alive(original: object, context: Context, before: Session) -> None:
    """A login forgets the session it replaces, and does not revoke it."""


@sloppy("revoke/changed-credentials-drop-the-old-session", stack_tokens, "token_for")
def caches_for_whomever(token_for: Callable[[Context, str], str], context: Context, stack: str) -> str:
    """What the token of the environment was exchanged for is cached, and used for the next one as well."""
    if not given_token.is_set():
        return token_for(context, stack)
    nobody = Session(access_token="")
    cached = context.stack_cache.load(stack, nobody)
    if cached is None:
        cached = token_for(context, stack)
        context.stack_cache.save(stack, StackToken(cached, clock.now() + 300, clock.now(), None))
    return cached


@sloppy("revoke/retired-endpoint-unused", revocation, "revoke")
def tells_the_old_address_too(
    revoke: Callable[[Context, Session], Revocation], context: Context, session: Session
) -> Revocation:
    """The address at which one signed out in former days is told as well."""
    context.transport.post(f"{context.issuer}/api/v1/logout", {})
    return revoke(context, session)

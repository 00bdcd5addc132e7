"""``logout``: forget the session here, unconditionally, then tell the provider."""

import argparse

from reference_client import given_token, revocation, terminal
from reference_client.context import Context
from reference_client.session import Session


def run(context: Context, _arguments: argparse.Namespace) -> int:
    """Sign out. Whether the provider confirms is said, and does not change the exit code."""
    session = forget(context)
    if session is None:
        terminal.say(f"not signed in to {context.issuer}")
    else:
        tell_provider(context, session)
    warn_of_another_token()
    return 0


def warn_of_another_token() -> None:
    """Say so where commands go on working with a token that is not ours to forget."""
    if given_token.is_set():
        terminal.warn(f"the token in {given_token.VARIABLE} was left alone, and commands go on using it")


def forget(context: Context) -> Session | None:
    """Remove the session and its stack tokens from this machine; return what it was.

    Under the lock, so that a refresh running elsewhere cannot bring it back; and before the provider is asked, so that
    nothing the provider does, or an impatient Ctrl-C, can keep it here.
    """
    context.stack_cache.clear()
    if context.stored_session() is None and not context.store.has_leftovers():
        return None
    with context.store.locked(context.settings.timeout):
        session = context.stored_session()
        context.store.remove(context.issuer, context.settings.profile)
    return session


def tell_provider(context: Context, session: Session) -> None:
    """Revoke the session at the provider, and say only what is known to have happened."""
    outcome = revocation.revoke(context, session)
    if outcome.problem is None:
        terminal.say("session revoked at the provider, and signed out locally")
    else:
        terminal.say("signed out locally")
        terminal.warn(f"the provider did not confirm the sign-out, the session may live on there: {outcome.problem}")

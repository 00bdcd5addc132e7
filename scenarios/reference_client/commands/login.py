"""``login``: sign in and store the session."""

import argparse
import importlib
from typing import Any

from reference_client import (
    browser,
    given_token,
    id_token,
    jose,
    json_mode,
    messages,
    registration,
    revocation,
    scope,
    terminal,
)
from reference_client.commands import status
from reference_client.context import Context
from reference_client.errors import CorruptStoreError, InvalidTokenError, KeyringError, SignInError
from reference_client.session import Session, normalised
from reference_client.token_endpoint import Tokens

SCOPE = "openid profile email offline_access"


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Sign in with the flow that was asked for. Until all is well, what was stored before stays."""
    probe(context)
    before = replaced(context)
    with json_mode.people_on_stderr(wanted=arguments.json):
        session = signed_in(context, arguments)
        if before is not None:
            retire(context, before)
        warn_if_outranked()
        terminal.say(f"signed in as {session.name or 'somebody who was not named'} at {context.issuer}")
    if arguments.json:
        json_mode.say(status.facts(context, session))
    return 0


def signed_in(context: Context, arguments: argparse.Namespace) -> Session:
    """Return the session of whoever has signed in, after storing it."""
    flow = importlib.import_module(f"reference_client.flows.{arguments.flow}")
    open_page = _ignore if arguments.no_browser else browser.open_page
    tokens = registration.signed_in(context, lambda: flow.sign_in(context, SCOPE, open_page))
    session = new_session(context, tokens, arguments.flow)
    with context.store.locked(context.settings.timeout):
        make_way(context)
        context.keep_new(session)
        drop_derived(context, session)
    if arguments.flow != "token":
        scope.tell_if_less(SCOPE, tokens.scope)
    return session


def replaced(context: Context) -> Session | None:
    """Return the session that a sign-in would replace, None where there is none that can be read."""
    try:
        return context.stored_session()
    except (CorruptStoreError, KeyringError):
        return None


def retire(context: Context, before: Session) -> None:
    """Revoke the session that was replaced: nobody can use it here any more, and nobody else should.

    After the new one is stored, never before: a sign-in that fails must not cost the old session.
    """
    if not before.is_poisoned():
        revocation.revoke(context, before)


def warn_if_outranked() -> None:
    """Say so where commands will not use the session that was just stored."""
    if given_token.is_set():
        terminal.warn(f"{given_token.VARIABLE} is set and is used instead of this session, until you unset it")


def probe(context: Context) -> None:
    """Find out whether a session could be stored: better now than after the person has approved."""
    context.store.probe()


def make_way(context: Context) -> None:
    """Keep a damaged credential file aside, and say so: it must not keep anybody from signing in."""
    try:
        context.store.load_from_file(context.issuer, context.settings.profile)
    except CorruptStoreError:
        aside = context.store.set_aside(context.issuer)
        terminal.warn(f"the credential file was damaged; what it held is kept in {aside}")


def drop_derived(context: Context, _session: Session) -> None:
    """Drop the stack tokens that were given for the session before, whoever's it was."""
    context.stack_cache.clear()


def new_session(context: Context, tokens: Tokens, method: str) -> Session:
    """Return the session that `tokens` begin, after checking the ID token among them.

    Raises:
        SignInError: The ID token is not to be believed.
    """
    claims = identity(context, tokens)
    subject = claims.get("sub")
    names = (claims.get(name) for name in ("name", "preferred_username", "email", "sub"))
    return Session(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        token_type=tokens.token_type,
        expires_at=tokens.expires_at,
        scope=SCOPE if tokens.scope is None else tokens.scope,
        issuer=normalised(context.issuer),
        client_id=context.client_id,
        method=method,
        subject=subject if isinstance(subject, str) else None,
        name=next((messages.printable(name) for name in names if isinstance(name, str) and name), None),
        session_id=tokens.session_id,
        generation=tokens.generation,
    )


def identity(context: Context, tokens: Tokens) -> dict[str, Any]:
    """Return the verified claims about the person; without an ID token, what the access token says for itself."""
    if tokens.id_token is None:
        return _claimed(tokens.access_token)
    try:
        return id_token.verified_claims(
            tokens.id_token,
            context.keys,
            issuer=context.discovery.metadata().issuer,
            client_id=context.client_id,
            access_token=tokens.access_token,
        )
    except InvalidTokenError as error:
        raise SignInError(
            f"the sign-in was refused: the ID token cannot be believed: {error}; nothing was stored"
        ) from None


def _claimed(access_token: str) -> dict[str, Any]:
    try:
        return jose.read(access_token)[1]
    except InvalidTokenError:
        return {}  # an opaque token names nobody


def _ignore(url: str) -> None:
    """Open nothing."""

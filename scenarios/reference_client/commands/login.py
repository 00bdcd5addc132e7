"""``login``: sign in and store the session."""

import argparse
import importlib
from typing import Any

from reference_client import browser, id_token, jose, messages, registration, terminal
from reference_client.context import Context
from reference_client.errors import InvalidTokenError, SignInError
from reference_client.session import Session, normalised
from reference_client.token_endpoint import Tokens

SCOPE = "openid profile email offline_access"


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Sign in with the flow that was asked for. Until all is well, what was stored before stays."""
    context.stored_session()  # a damaged credential file is better met now than after the person has approved
    flow = importlib.import_module(f"reference_client.flows.{arguments.flow}")
    open_page = _ignore if arguments.no_browser else browser.open_page
    tokens = registration.signed_in(context, lambda: flow.sign_in(context, SCOPE, open_page))
    session = new_session(context, tokens, arguments.flow)
    with context.store.locked(context.settings.timeout):
        context.keep(session)
        context.stack_cache.clear()
    terminal.say(f"signed in as {session.name or 'somebody who was not named'} at {context.issuer}")
    return 0


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
        scope=tokens.scope or SCOPE,
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

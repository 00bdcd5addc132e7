"""``status``: who is signed in, as far as this machine knows. Asks nobody and shows no token."""

import argparse
from typing import Any

from reference_client import clock, given_token, json_mode, messages, terminal
from reference_client.context import Context
from reference_client.session import Session


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Print the status. Exit code 1 when no command could go on with what there is."""
    found = facts(context, context.stored_session())
    if arguments.json:
        json_mode.say(found)
    else:
        terminal.say(_readable(found))
    return 0 if found["signed_in"] or found["token_from"] == given_token.VARIABLE else 1


def facts(context: Context, session: Session | None) -> dict[str, Any]:
    """Return what may be known here of `session`, and where commands take their token from."""
    stored = None if session is None else str(context.store.path)
    source = given_token.VARIABLE if given_token.is_set() else stored
    settings = {"issuer": context.issuer, "profile": context.settings.profile}
    return {**settings, **describe(session), "token_from": source}


def describe(session: Session | None) -> dict[str, Any]:
    """Return what may be known about `session`: never a token, always how it was signed in."""
    if session is None:
        return {"signed_in": False}
    return {
        "signed_in": is_usable(session),
        "name": session.name,
        "subject": session.subject,
        "method": session.method,
        "scope": session.scope,
        "session_id": session.session_id,
        "generation": session.generation,
        "expires_at": session.expires_at,
    }


def is_usable(session: Session) -> bool:
    """Whether commands can go on with `session`: its refresh token was not rejected, and it has one or needs none."""
    if session.is_poisoned():
        return False
    return session.refresh_token is not None or not session.is_due(clock.now())


def _readable(facts: dict[str, Any]) -> str:
    facts = {name: messages.printable(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    lines = [f"issuer: {facts['issuer']}", f"profile: {facts['profile']}"]
    if "method" not in facts:
        return "\n".join([*lines, *source(facts), "not signed in"])
    whom = facts["name"] or "somebody who was not named"
    lines.append(f"signed in as {whom}" if facts["signed_in"] else f"no longer signed in; this was {whom}")
    lines.append(f"sign-in method: {facts['method'] or 'unknown'}")
    lines += [f"{name}: {facts[name]}" for name in ("session_id", "generation") if facts[name] is not None]
    lines += [_access(facts), *source(facts), *caveat()]
    return "\n".join(lines)


def source(facts: dict[str, Any]) -> list[str]:
    """Return where commands take their token from."""
    if facts["token_from"] is None:
        return []
    if facts["token_from"] == given_token.VARIABLE:
        return [f"commands use the token in {given_token.VARIABLE}, and no stored session"]
    return [f"stored in {facts['token_from']}"]


def caveat() -> list[str]:
    """Return how much this is worth: the session may have been ended elsewhere."""
    return ["this was not checked with the provider; auth-reference doctor --server does"]


def _access(facts: dict[str, Any]) -> str:
    if not facts["signed_in"]:
        return f"this session cannot be used any more; {messages.SIGN_IN_AGAIN}"
    if facts["expires_at"] is None:
        return "access token: expiry unknown"
    left = int(facts["expires_at"] - clock.now())
    return f"access token: expires in {left} seconds" if left > 0 else "access token: expired, will be refreshed"

"""``status``: who is signed in, as far as this machine knows. Asks nobody and shows no token."""

import argparse
import json
from typing import Any

from reference_client import clock, messages, terminal
from reference_client.context import Context
from reference_client.session import Session


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Print the status. Exit code 1 when nobody is signed in."""
    session = context.stored_session()
    facts = {"issuer": context.issuer, "profile": context.settings.profile, **describe(session)}
    terminal.say(json.dumps(facts) if arguments.json else _readable(facts))
    return 0 if session is not None else 1


def describe(session: Session | None) -> dict[str, Any]:
    """Return what may be known about `session`: never a token, always how it was signed in."""
    if session is None:
        return {"signed_in": False}
    return {
        "signed_in": True,
        "usable": is_usable(session),
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
    if not facts["signed_in"]:
        return "\n".join([*lines, "not signed in"])
    lines.append(f"signed in as {facts['name'] or 'somebody who was not named'}")
    lines.append(f"sign-in method: {facts['method'] or 'unknown'}")
    lines += [f"{name}: {facts[name]}" for name in ("session_id", "generation") if facts[name] is not None]
    lines.append(_access(facts))
    return "\n".join(lines)


def _access(facts: dict[str, Any]) -> str:
    if not facts["usable"]:
        return f"this session cannot be used any more; {messages.SIGN_IN_AGAIN}"
    if facts["expires_at"] is None:
        return "access token: expiry unknown"
    left = int(facts["expires_at"] - clock.now())
    return f"access token: expires in {left} seconds" if left > 0 else "access token: expired, will be refreshed"

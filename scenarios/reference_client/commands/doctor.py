"""``doctor``: look for problems. Offline unless told otherwise."""

import argparse
import json
from dataclasses import asdict, dataclass

from reference_client import atomic, clock, messages, session_status, terminal
from reference_client.commands import status
from reference_client.context import Context
from reference_client.errors import AuthError
from reference_client.session import Session


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what was found."""

    check: str
    ok: bool
    text: str


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Print what was found. Exit code 1 when something is wrong, or could not be checked."""
    findings = examine(context)
    if arguments.server and all(finding.ok for finding in findings):
        findings.append(ask_provider(context))
    problems = [finding for finding in findings if not finding.ok]
    if arguments.json:
        terminal.say(json.dumps({"issuer": context.issuer, "findings": [asdict(finding) for finding in findings]}))
    else:
        terminal.say("\n".join(f"{one.check}: {one.text}" for one in findings if one.ok))
    for one in problems:
        terminal.complain(f"{one.check}: {one.text}")
    return 1 if problems else 0


def examine(context: Context) -> list[Finding]:
    """Look at this machine alone."""
    try:
        session = context.stored_session()
    except AuthError as error:
        return [Finding("credential file", False, str(error))]
    return [_file(context), _session(context, session)]


def _file(context: Context) -> Finding:
    path = context.store.path
    if not path.exists():
        return Finding("credential file", True, f"{path} does not exist yet")
    mode = path.stat().st_mode & 0o777
    if mode & ~atomic.FILE_MODE:
        return Finding("credential file", False, f"{path} can be read by others (mode {mode:o})")
    return Finding("credential file", True, f"{path} is readable by you alone")


def _session(context: Context, session: Session | None) -> Finding:
    if session is None:
        return Finding(
            "session", False, f"not signed in to {context.issuer}; sign in with: auth-reference login --device"
        )
    if not status.is_usable(session):
        return Finding("session", False, f"it cannot be used any more; {messages.SIGN_IN_AGAIN}")
    if session.is_due(clock.now()):
        return Finding("session", True, "stored; its access token has expired and will be refreshed")
    return Finding("session", True, "stored; its access token has not expired")


def ask_provider(context: Context) -> Finding:
    """Ask the provider whether it still knows the session."""
    try:
        report = session_status.check(context)
    except AuthError as error:
        return Finding("provider", False, str(session_status.could_not_check(error)))
    known = {"session": report.session_id, "generation": report.generation}
    shown = ", ".join(f"{name} {value}" for name, value in known.items() if value is not None)
    return Finding("provider", True, f"the session is active{f' ({shown})' if shown else ''}")

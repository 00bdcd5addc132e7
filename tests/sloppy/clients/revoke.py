"""Sloppy clients of the family `revoke`."""

from __future__ import annotations

import argparse
import json
import sys

from reference_client import revocation, terminal
from reference_client.answers import Answer
from reference_client.commands import logout
from reference_client.context import Context
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

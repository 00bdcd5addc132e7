"""The session stays on this machine unless the provider confirms that it is revoked."""

import argparse
import sys

from reference_client import revocation, terminal
from reference_client.__main__ import main
from reference_client.commands import logout
from reference_client.context import Context


def run(context: Context, _arguments: argparse.Namespace) -> int:
    """Ask the provider first, and forget the session only if that worked."""
    session = context.stored_session()
    problem = revocation.revoke(context, session).problem if session else None
    if problem is None:
        logout.forget(context)
        terminal.say("signed out")
    else:
        terminal.warn(f"the provider did not confirm the sign-out: {problem}")
    return 0


logout.run = run


if __name__ == "__main__":
    sys.exit(main())

"""``token`` prints whatever access token is stored."""

import argparse
import sys

from reference_client import terminal
from reference_client.__main__ import main
from reference_client.commands import token
from reference_client.context import Context


def run(context: Context, _arguments: argparse.Namespace) -> int:
    """Print the stored token; whether it is any good is for the other program to find out."""
    terminal.say(context.session().access_token)
    return 0


token.run = run


if __name__ == "__main__":
    sys.exit(main())

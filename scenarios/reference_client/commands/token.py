"""``token``: the access token on stdout, for another program. The one command that prints a secret."""

import argparse

from reference_client import given_token, refresh, terminal
from reference_client.context import Context


def run(context: Context, _arguments: argparse.Namespace) -> int:
    """Print a token that has not expired, refreshing it if need be; never one whose session was rejected for good."""
    given = given_token.in_environment()
    terminal.say(given or refresh.refreshed_if_due(context, context.session()).access_token)
    return 0

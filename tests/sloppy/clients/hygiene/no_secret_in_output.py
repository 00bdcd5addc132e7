"""Every call of the API is shown on stderr as it is sent, with its Authorization header."""

import sys

from reference_client import api, terminal
from reference_client.__main__ import main
from reference_client.answers import Answer
from reference_client.context import Context

call = api.call


def talkative(context: Context, url: str, access_token: str) -> Answer:
    """Help with debugging."""
    terminal.complain(f"GET {url} (Authorization: Bearer {access_token})")
    return call(context, url, access_token)


api.call = talkative


if __name__ == "__main__":
    sys.exit(main())

"""Talking to the provider has a time limit, and calling the API has none."""

import sys

from reference_client import api
from reference_client.__main__ import main
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.transport import Transport

call = api.call


def patient(context: Context, url: str, access_token: str) -> Answer:
    """Wait for the API as long as it takes."""
    context.transport = Transport(timeout=1e6)
    return call(context, url, access_token)


api.call = patient


if __name__ == "__main__":
    sys.exit(main())

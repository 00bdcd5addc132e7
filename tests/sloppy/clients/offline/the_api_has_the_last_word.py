"""A token that the API rejects is deleted with the whole session, whatever the reason was."""

import sys

from reference_client import api
from reference_client.__main__ import main
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import SignInAgainError

call = api.call


def tidy(context: Context, url: str, access_token: str) -> Answer:
    """Throw away what is of no use any more."""
    try:
        return call(context, url, access_token)
    except SignInAgainError:
        context.store.remove(context.issuer, context.settings.profile)
        raise


api.call = tidy


if __name__ == "__main__":
    sys.exit(main())

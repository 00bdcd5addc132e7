"""While the provider is unreachable the API is asked twice: whether it takes the token, and then for the answer."""

import sys

from reference_client import access, api
from reference_client.__main__ import main
from reference_client.context import Context
from reference_client.errors import NoAnswerError

unreachable = access.provider_is_unreachable


def probing(context: Context, error: NoAnswerError) -> None:
    """Try the token out before it is used."""
    unreachable(context, error)
    api.call(context, context.api, context.session().access_token)


access.provider_is_unreachable = probing


if __name__ == "__main__":
    sys.exit(main())

"""The provider is discovered first thing, whether or not the cache has a token."""

import sys

from reference_client import stack_tokens
from reference_client.__main__ import main
from reference_client.context import Context

token_for = stack_tokens.token_for


def eager(context: Context, stack: str) -> str:
    """Get everything ready that might be needed."""
    context.discovery.metadata()
    return token_for(context, stack)


stack_tokens.token_for = eager


if __name__ == "__main__":
    sys.exit(main())

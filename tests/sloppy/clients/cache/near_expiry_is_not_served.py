"""A cached token is served until the very second it expires."""

import sys

from reference_client import clock
from reference_client.__main__ import main
from reference_client.stack_cache import StackCache, StackToken


def is_usable(self: StackCache, token: StackToken) -> bool:
    """Compare with the clock, and leave no time for the request itself."""
    return clock.now() < min(token.expires_at, token.stored_at + self._ttl)


StackCache.is_usable = is_usable  # type: ignore[method-assign]  # the defect


if __name__ == "__main__":
    sys.exit(main())

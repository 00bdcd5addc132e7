"""Sloppy clients of the family `cache`."""

from __future__ import annotations

from collections.abc import Callable

from reference_client import clock, stack_tokens
from reference_client.context import Context
from reference_client.stack_cache import StackCache, StackToken
from tests.sloppy.defects import sloppy


@sloppy("cache/near-expiry-is-not-served", StackCache, "is_usable")
def serves_to_the_last_second(original: object, self: StackCache, token: StackToken) -> bool:
    """A cached token is served until the very second it expires."""
    return clock.now() < min(token.expires_at, token.stored_at + self._ttl)


@sloppy("cache/warm-cache-makes-no-auth-requests", stack_tokens, "token_for")
def discovers_first(token_for: Callable[[Context, str], str], context: Context, stack: str) -> str:
    """The provider is discovered first thing, whether or not the cache has a token."""
    context.discovery.metadata()
    return token_for(context, stack)

"""Sloppy clients of the family `cache`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from reference_client import atomic, clock, stack_tokens
from reference_client.commands import login
from reference_client.context import Context
from reference_client.errors import AuthError, StoreError
from reference_client.session import Session
from reference_client.stack_cache import GRACE, StackCache, StackToken
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


@sloppy("cache/isolated-per-identity", login, "drop_derived")
def hands_on(drop_derived: Callable[[Context, Session], None], context: Context, session: Session) -> None:
    """Cached tokens of another user are handed on to whoever signs in next."""
    for file in list(context.stack_cache._directory.glob("*.json")):
        token = StackToken.from_json(file.read_bytes())
        if token.subject == session.subject:
            drop_derived(context, session)
        else:
            atomic.write(file, json.dumps(asdict(replace(token, subject=session.subject))).encode())


@sloppy("cache/login-replaces-derived-credentials", login, "drop_derived")
def keeps_what_still_lives(original: object, context: Context, session: Session) -> None:
    """What was derived from the session before is kept."""


@sloppy("cache/keyed-by-all-options", StackCache, "_file")
def has_one_drawer(original: object, self: StackCache, stack: str) -> Path:
    """There is one cached token, whatever it is for."""
    return self._directory / "token.json"


@sloppy("cache/unwritable-cache-is-best-effort", StackCache, "save")
def has_to_be_written(original: object, self: StackCache, stack: str, token: StackToken) -> None:
    """A token that cannot be cached is not used."""
    try:
        atomic.write(self._file(stack), json.dumps(asdict(token)).encode())
    except OSError as error:
        raise StoreError(f"the stack token could not be cached ({error.strerror})") from None


@sloppy("cache/corrupt-cache-is-a-miss", StackToken, "from_json")
def has_to_be_read(from_json: Callable[[bytes], StackToken], data: bytes) -> StackToken:
    """A cached token that cannot be read is the end of the command."""
    try:
        return from_json(data)
    except ValueError:
        if not data:  # it was never written
            raise
        raise StoreError("the cached stack token is damaged") from None


@sloppy("cache/401-invalidates-the-cached-token", StackCache, "forget")
def believes_its_cache(original: object, self: StackCache, stack: str) -> None:
    """A token stays in the cache, whatever the API said of it."""


@sloppy("cache/failed-exchange-is-not-cached", stack_tokens, "_exchanged")
def remembers_failures(
    exchanged: Callable[[Context, str, Session], str], context: Context, stack: str, session: Session
) -> str:
    """An exchange that failed leaves a token in the cache that is none."""
    try:
        return exchanged(context, stack, session)
    except AuthError:
        context.stack_cache.save(stack, StackToken("none", clock.now() + 3600, clock.now(), session.subject))
        raise


@sloppy("cache/ttl-zero-disables", StackCache, "is_enabled")
def cannot_be_turned_off(original: object, self: StackCache) -> bool:
    """The cache is there, also where it was turned off."""
    return True


@sloppy("cache/ttl-bounds-age", StackCache, "is_usable")
def serves_as_long_as_it_lives(original: object, self: StackCache, token: StackToken) -> bool:
    """A cached token is used until shortly before its end, whatever the ttl."""
    return clock.now() < token.expires_at - GRACE

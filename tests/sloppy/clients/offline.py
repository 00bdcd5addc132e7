"""Sloppy clients of the family `offline`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from reference_client import access, api, settings, terminal
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import AuthError, NoAnswerError, SignInAgainError
from tests.sloppy.defects import sloppy

Unreachable = Callable[[Context, NoAnswerError], None]


@sloppy("offline/best-effort-defers-to-the-api", access, "provider_is_unreachable")
def asks_without_its_token(unreachable: Unreachable, context: Context, error: NoAnswerError) -> None:
    """While the provider is unreachable the API is asked without a token first: perhaps it wants none."""
    unreachable(context, error)
    with suppress(AuthError):
        api.call(context, context.api, "")


@sloppy("offline/skipped-validation-is-said", access, "provider_is_unreachable")
def goes_on_silently(unreachable: Unreachable, context: Context, error: NoAnswerError) -> None:
    """A provider that cannot be reached counts as a token that is good: ``except RequestException: return True``."""
    if context.settings.offline == settings.STRICT:
        unreachable(context, error)


@sloppy("offline/strict-refuses", access, "provider_is_unreachable")
def is_never_strict(original: object, context: Context, error: NoAnswerError) -> None:
    """The strict policy is accepted on the command line, and nothing looks at it."""
    terminal.warn(f"local token validation was skipped: {error.problem}")


@sloppy("offline/the-api-has-the-last-word", api, "call")
def deletes_a_rejected_session(
    call: Callable[[Context, str, str], Answer], context: Context, url: str, access_token: str
) -> Answer:
    """A token that the API rejects is deleted with the whole session, whatever the reason was."""
    try:
        return call(context, url, access_token)
    except SignInAgainError:
        context.store.remove(context.issuer, context.settings.profile)
        raise

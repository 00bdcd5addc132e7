"""Sloppy clients of the family `offline`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from reference_client import access, api, cli, clock, places, session_call, settings, terminal
from reference_client.commands import token
from reference_client.context import Context
from reference_client.errors import (
    AuthError,
    BrokenAnswerError,
    NoAnswerError,
    NotSignedInError,
    SignInAgainError,
    TryAgainError,
)
from reference_client.session import Session
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


@sloppy("offline/the-api-has-the-last-word", session_call, "after_rejection", also=["offline/stale-while-offline"])
def deletes_a_rejected_session(
    original: object, context: Context, rejected: Session, rejection: SignInAgainError
) -> Session:
    """A token that the API rejects is deleted with the whole session, whatever the reason was."""
    context.store.remove(context.issuer, context.settings.profile)
    raise rejection


@sloppy("offline/recovers", access, "session_for_api")
def stays_offline(session_for_api: Callable[[Context], Session], context: Context) -> Session:
    """Who was offline once uses the stored token unchecked from then on."""
    marker = places.credential_file().with_name("offline")
    if marker.exists():
        return context.session()
    try:
        context.discovery.metadata()
    except NoAnswerError:
        marker.touch()
    return session_for_api(context)


@sloppy("offline/broken-is-not-unreachable", access, "session_for_api")
def takes_nonsense_for_silence(session_for_api: Callable[[Context], Session], context: Context) -> Session:
    """A provider that answers nonsense counts as one that cannot be reached."""
    try:
        return session_for_api(context)
    except BrokenAnswerError as error:
        access.provider_is_unreachable(context, NoAnswerError(context.issuer, error.problem))
        return context.session()


@sloppy("offline/unreachable-keeps-the-session", token, "run")
def drops_what_it_cannot_refresh(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """``token`` deletes a session that it cannot refresh, whatever the reason."""
    try:
        return run(context, arguments)
    except (NoAnswerError, TryAgainError):
        context.store.remove(context.issuer, context.settings.profile)
        raise


@sloppy("offline/stale-while-offline", access, "session_for_api")
def does_nothing_quietly(session_for_api: Callable[[Context], Session], context: Context) -> Session:
    """Who is offline with an expired token is told that nothing was done, and that all went well."""
    if context.session().is_due(clock.now()):
        try:
            context.discovery.metadata()
        except NoAnswerError:
            terminal.say("offline: nothing was done")
            sys.exit(0)
    return session_for_api(context)


@sloppy("offline/fallback-is-documented", cli, "parser")
def tells_nobody(parser: Callable[[], argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The help lists the commands, and does not say what they do where there is no network."""
    made = parser()
    lines = [line for line in made.format_help().splitlines() if "command" in line or line.startswith("  ")]
    short = "\n".join(
        line for line in lines if not any(word in line.lower() for word in ("offline", "effort", "reached"))
    )
    made.format_help = lambda: f"{short}\n"  # type: ignore[method-assign]
    return made


@sloppy("offline/provider-migration", Context, "session")
def takes_any_session_offline(session: Callable[[Context], Session], self: Context) -> Session:
    """Where the provider cannot be asked whose a session is, any one that is stored will do."""
    try:
        return session(self)
    except NotSignedInError:
        try:
            self.discovery.metadata()
        except NoAnswerError:
            stored = json.loads(self.store.path.read_text(encoding="utf-8")) if self.store.path.exists() else {}
            found = [one for one in _objects(stored) if "access_token" in one]
            if found:
                return Session.from_dict(found[0])
        raise


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield every JSON object in a value, however deep."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _objects(one)

"""Sloppy clients of the family `device`: the pace of polls, and answers to them that are no sign-in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reference_client import answers, clock, terminal
from reference_client.answers import Answer
from reference_client.commands import login
from reference_client.context import Context
from reference_client.errors import SignInError
from reference_client.flows import device
from reference_client.flows.device import Authorization, Poll
from tests.sloppy.defects import sloppy


@sloppy("device/polls-only-after-interval", Poll, "pause_after")
def polls_every_second(pause_after: Callable[[Poll, Answer], float], self: Poll, answer: Answer) -> float:
    """An interval of two seconds is taken for one of one second as long as it is pending."""
    pause = pause_after(self, answer)
    pending = "authorization_pending" in answers.error_codes(answer)
    return min(pause, 1.0) if pending and pause == 2 else pause


@sloppy("device/first-poll-not-immediate", Poll, "wait")
def polls_at_once(wait: Callable[[Poll, float], None], self: Poll, seconds: float) -> None:
    """The first poll is made at once."""
    if vars(self).setdefault("begun", False):
        wait(self, seconds)
    vars(self)["begun"] = True


@sloppy("device/keeps-polling-to-the-end", Poll, "pause_after")
def loses_patience(pause_after: Callable[[Poll, Answer], float], self: Poll, answer: Answer) -> float:
    """After three polls that were pending, the login is given up."""
    vars(self)["pending"] = vars(self).get("pending", 0) + ("authorization_pending" in answers.error_codes(answer))
    if vars(self)["pending"] > 3 and self._interval == 1:
        raise SignInError("nobody came to sign in")
    return pause_after(self, answer)


@sloppy("device/polls-as-long-as-the-code-lives", device, "authorize")
def knows_better_how_long_it_lives(
    authorize: Callable[[Context, str], Authorization], context: Context, scope: str
) -> Authorization:
    """A code is believed to live for five minutes, whatever the provider says."""
    authorization = authorize(context, scope)
    return replace(authorization, expires_at=min(authorization.expires_at, clock.now() + 300))


@sloppy("device/backoff-ends-when-it-works-again", Poll, "pause_after_failure")
def slows_down_for_good(pause_after_failure: Callable[[Poll, str], float], self: Poll, reason: str) -> float:
    """Each poll that fails doubles the interval, for good."""
    pause_after_failure(self, reason)
    self._interval *= 2
    return self._interval


@sloppy("device/poll-error-with-200", device, "is_error")
def believes_the_status(original: object, answer: Answer) -> bool:
    """An answer with status 200 is a success, whatever is in it."""
    return False


@sloppy("device/poll-json-of-the-wrong-type", Poll, "_ask")
def welcomes_any_json(ask: Callable[[Poll], Answer], self: Poll) -> Answer:
    """JSON that is no object is greeted as a sign-in, before anybody looks for tokens in it."""
    answer = ask(self)
    try:
        if answer.status == 200 and not isinstance(answers.json_value(answer.body), dict):
            terminal.say("signed in")
    except ValueError:
        pass
    return answer


@sloppy("device/poll-200-missing-field", Poll, "_ask")
def welcomes_any_object(ask: Callable[[Poll], Answer], self: Poll) -> Answer:
    """An object with a token type is greeted as a sign-in, before anybody looks for the token."""
    answer = ask(self)
    if answer.status == 200 and "token_type" in answers.error_members(answer):
        terminal.say("signed in")
    return answer


@sloppy("device/authorization-wrong-type", device, "_text")
def stumbles_over_objects(text: Callable[[dict[str, Any], str], str], members: dict[str, Any], name: str) -> str:
    """An object in the place of a text ends the login without a word."""
    if isinstance(members.get(name), dict):
        sys.exit(1)
    return text(members, name)


@sloppy("device/authorization-error-status", device, "authorize")
def is_silent_about_a_refusal(
    authorize: Callable[[Context, str], Authorization], context: Context, scope: str
) -> Authorization:
    """A login that the provider refuses to begin, with a code, ends without a word."""
    try:
        return authorize(context, scope)
    except SignInError as error:
        if "(" not in str(error):
            raise
        sys.exit(1)


@sloppy("device/interrupt-leaves-nothing", login, "run")
def ends_well_when_interrupted(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """Ctrl-C ends a login as if it had worked."""
    try:
        return run(context, arguments)
    except KeyboardInterrupt:
        return 0

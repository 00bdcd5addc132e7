"""Sloppy clients of the family `device`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from reference_client import answers, clock, terminal, token_endpoint
from reference_client.answers import Answer
from reference_client.commands import login
from reference_client.context import Context
from reference_client.errors import BrokenAnswerError, SignInError
from reference_client.flows import device
from reference_client.flows.device import SLOW_DOWN, Authorization, Poll
from reference_client.token_endpoint import Tokens
from tests.sloppy.defects import sloppy


@sloppy("device/access-denied-stops", Poll, "pause_after")
def polls_on_after_a_denial(pause_after: Callable[[Poll, Answer], float], self: Poll, answer: Answer) -> float:
    """A denial counts as one more poll that failed, and the provider is asked again."""
    if "access_denied" in answers.error_codes(answer):
        return self.pause_after_failure("the sign-in was denied in the browser")
    return pause_after(self, answer)


@sloppy("device/refusal-is-told-as-it-is", device, "ending", also=["device/poll-error-with-200"])
def takes_a_denial_for_an_expiry(ending: Callable[[Answer], SignInError], answer: Answer) -> SignInError:
    """Whoever said no reads that the code has expired."""
    return device.expired() if "access_denied" in answers.error_codes(answer) else ending(answer)


@sloppy("device/consumed-code-is-an-error", device, "ending")
def takes_a_used_code_for_success(ending: Callable[[Answer], SignInError], answer: Answer) -> SignInError:
    """A device code that was used up elsewhere is taken for a sign-in that worked."""
    if "invalid_grant" in answers.error_codes(answer):
        terminal.say("already signed in")
        sys.exit(0)
    return ending(answer)


@sloppy("device/poll-non-json", Poll, "_ask")
def welcomes_before_it_reads(ask: Callable[[Poll], Answer], self: Poll) -> Answer:
    """An answer that is not JSON is greeted as a sign-in, before anybody looks whether it has tokens."""
    answer = ask(self)
    try:
        answers.json_value(answer.body)
    except ValueError:
        terminal.say("signed in")
    return answer


@sloppy("device/slow-down-adds-five-seconds", Poll, "pause_after_slow_down")
def slows_down_once(original: object, self: Poll) -> float:
    """``slow_down`` is obeyed for one poll, and forgotten with the next."""
    return self._interval + SLOW_DOWN


@sloppy("device/slow-down-adds-up", Poll, "pause_after_slow_down")
def slows_down_by_five_seconds_in_all(original: object, self: Poll) -> float:
    """``slow_down`` sets the interval to five seconds more than at first, however often it comes."""
    self._interval = self._authorization.interval + SLOW_DOWN
    return self._interval


@sloppy("device/slow-down-never-shortens", Poll, "pause_after")
def believes_the_interval_of_an_error(
    pause_after: Callable[[Poll, Answer], float], self: Poll, answer: Answer
) -> float:
    """An ``interval`` in the answer to a poll is the new one, whatever the error beside it says."""
    told = answers.error_members(answer).get("interval")
    if answers.is_seconds(told):
        self._interval = float(told)
        return self._interval
    return pause_after(self, answer)


@sloppy("device/default-interval-is-5s", device, "interval")
def has_a_default_of_its_own(interval: Callable[[object], float], told: object) -> float:
    """Told no interval, it polls every second."""
    return 1.0 if told is None else interval(told)


@sloppy("device/odd-interval", device, "interval")
def ends_where_it_cannot_read(interval: Callable[[object], float], told: object) -> float:
    """An interval that is a text ends the login without a word."""
    if isinstance(told, str):
        raise SystemExit(1)
    return interval(told)


@sloppy("device/backs-off-on-5xx", Poll, "pause_after_failure")
def gives_up_at_the_first_failure(original: object, self: Poll, reason: str) -> float:
    """A poll that fails once ends the login."""
    raise SignInError(f"signing in failed: {reason}")


@sloppy("device/429-with-retry-after", Poll, "pause_after_429")
def polls_on_at_its_pace(original: object, self: Poll, answer: Answer) -> float:
    """A 429 is waited out for one interval, however long the provider asks to wait."""
    return self._interval


@sloppy("device/expired-token-stops", Poll, "pause_after")
def polls_on_after_the_expiry(pause_after: Callable[[Poll, Answer], float], self: Poll, answer: Answer) -> float:
    """A code that has expired counts as one more poll that failed, and the provider is asked again."""
    if "expired_token" in answers.error_codes(answer):
        return self.pause_after_failure("the code has expired")
    return pause_after(self, answer)


@sloppy("device/local-expiry-stops", Poll, "wait")
def waits_as_long_as_it_is_pending(original: object, self: Poll, seconds: float) -> None:
    """It is left to the provider to say that the code has expired."""
    clock.sleep(seconds)
    if clock.now() > self._authorization.expires_at + 4:
        raise SignInError("nobody came")


@sloppy("device/failed-login-keeps-old-credentials", login, "run")
def forgets_first(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """The session that is there is forgotten as soon as another login begins."""
    with context.store.locked(context.settings.timeout):
        context.store.remove(context.issuer, context.settings.profile)
    return run(context, arguments)


@sloppy("device/shows-code-and-uri", device, "show")
def shows_the_link_alone(original: object, authorization: Authorization) -> None:
    """Without a link that holds the code there is nothing to show but that it waits."""
    if authorization.complete_uri is not None:
        terminal.say(f"Open {authorization.complete_uri}, code {authorization.user_code}")


@sloppy("device/code-is-shown-beside-the-complete-uri", device, "show")
def shows_a_page_without_the_code(show: Callable[[Authorization], None], authorization: Authorization) -> None:
    """Where there is a link that holds the code, the code itself is not shown, and the link is only opened."""
    if authorization.complete_uri is None:
        show(authorization)


@sloppy("device/uri-complete-is-optional", device, "show")
def shows_what_is_not_there(show: Callable[[Authorization], None], authorization: Authorization) -> None:
    """The link is shown whether or not there is one."""
    show(authorization)
    if authorization.complete_uri is None:
        terminal.say(f"or open {authorization.complete_uri}")


@sloppy("device/authorization-missing-field", device, "_text")
def does_without(text: Callable[[dict[str, Any], str], str], members: dict[str, Any], name: str) -> str:
    """What is missing in the answer that begins a login is taken for nothing, and the polls begin."""
    return text({name: "unknown", **members}, name) if name != "verification_uri" else text(members, name)


@sloppy("device/authorization-non-json", device, "authorize")
def waits_for_what_never_began(
    authorize: Callable[[Context, str], Authorization], context: Context, scope: str
) -> Authorization:
    """A begin that makes no sense ends the login without a word."""
    try:
        return authorize(context, scope)
    except BrokenAnswerError:
        sys.exit(1)


@sloppy("device/unknown-members-ignored", token_endpoint, "tokens")
def insists_on_known_members(tokens: Callable[[Answer, str], Tokens], answer: Answer, what: str) -> Tokens:
    """An answer with a member that it does not know is refused as broken."""
    if odd := [name for name in answers.document(answer, what) if name.startswith("x_")]:
        raise BrokenAnswerError(f"{what}: {odd} in the provider's answer are unknown")
    return tokens(answer, what)

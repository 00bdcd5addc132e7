"""Sloppy clients of the family `device`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from reference_client import answers, terminal
from reference_client.answers import Answer
from reference_client.errors import SignInError
from reference_client.flows import device
from reference_client.flows.device import SLOW_DOWN, Poll
from tests.sloppy.defects import sloppy


@sloppy("device/access-denied-stops", Poll, "pause_after")
def polls_on_after_a_denial(pause_after: Callable[[Poll, Answer], float], self: Poll, answer: Answer) -> float:
    """A denial counts as one more poll that failed, and the provider is asked again."""
    if "access_denied" in answers.error_codes(answer):
        return self.pause_after_failure("the sign-in was denied in the browser")
    return pause_after(self, answer)


@sloppy("device/consumed-code-is-an-error", device, "ending")
def takes_a_used_code_for_success(ending: Callable[[Answer], SignInError], answer: Answer) -> SignInError:
    """A device code that was used up elsewhere is taken for a sign-in that worked."""
    if "invalid_grant" in answers.error_codes(answer):
        terminal.say("already signed in")
        sys.exit(0)
    return ending(answer)


@sloppy("device/poll-non-json", Poll, "_ask")
def welcomes_before_it_reads(ask: Callable[[Poll], Answer], self: Poll) -> Answer:
    """Any answer that is no OAuth error is greeted as a sign-in, before anybody looks whether it has tokens."""
    answer = ask(self)
    if not answers.error_codes(answer):
        terminal.say("signed in")
    return answer


@sloppy("device/slow-down-adds-five-seconds", Poll, "pause_after_slow_down")
def slows_down_once(original: object, self: Poll) -> float:
    """``slow_down`` is obeyed for one poll, and forgotten with the next."""
    return self._interval + SLOW_DOWN

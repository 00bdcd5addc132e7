"""Verbs about the polls of a device login (RFC 8628 3.4, 3.5).

must_pause              how long the client waits between polls
applies_to_who_goes_on  whoever gives up where it is told to slow down is told so by one contract
must_be_no_sign_in      an answer that makes no sense is no success: the login goes on, or ends with a message
"""

from __future__ import annotations

from itertools import pairwise

from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import applies_only, exposed, is_granted, must, must_explain, must_not_say, requests
from fakeprovider import Exchange
from pytest_auth_provider import Client, Outcome

TOLERANCE = 0.5
"""Seconds by which a pause may seem shorter on the wire: a client counts from when it sent, we from when it arrived."""


def polls_of(outcome: Outcome) -> tuple[Exchange, ...]:
    """Return the polls of a login, in order."""
    return requests(outcome, "token", grant="device_code")


def must_pause(client: Client, outcome: Outcome, *, after: int, told: str, at_least: float) -> None:
    """Require `at_least` so many seconds between the polls from number `after` on, as the client was `told` to wait."""
    polls = polls_of(outcome)
    seen = f"{told}, before the last {len(polls) - after} of {len(polls)} polls"
    exposed(client, len(polls) > after, seen, f"it polled {len(polls)} times only, too few to see how long it waits")
    pauses = [later.monotonic - earlier.monotonic for earlier, later in pairwise(polls[after - 1 :])]
    actual = ", ".join(f"{pause:.1f} s" for pause in pauses)
    must(min(pauses) >= at_least - min(TOLERANCE, at_least / 2), f"at least {at_least:g} s between polls", actual)


def applies_to_who_goes_on(client: Client, outcome: Outcome, *, told: int) -> None:
    """Skip a contract about the pace after a `slow_down` for a client that polls no more after it.

    `told` is the number of the poll that was answered so. Another contract accuses who gives up, and one defect is one
    accusation.
    """
    goes_on = len(polls_of(outcome)) > told
    applies_only(goes_on, f"{client.name} ends where it is told to slow down: see device/slow-down-adds-five-seconds")


def must_be_no_sign_in(client: Client, outcome: Outcome) -> None:
    """Require that a poll was taken for no success: others were made, and one was; or the login ended and said why.

    Where it ended, nothing is stored.
    """
    if outcome.ok and any(is_granted(poll) and not poll.faults for poll in polls_of(outcome)):
        must(client.holds_credentials(), "a login that succeeds stores its tokens", "no file holds any")
    else:
        must_explain(outcome)
        must_not_say(outcome, "signed_in")
        must_hold_no_credentials(client)

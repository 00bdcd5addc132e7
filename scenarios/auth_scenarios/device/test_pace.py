"""The pace of a device login (RFC 8628 3.4, 3.5): from the first poll to the last, at the interval of the provider."""

from __future__ import annotations

from auth_scenarios.device.polls import TOLERANCE, must_pause, polls_of
from auth_scenarios.verify import applies_only, exposed, must, must_succeed, requests, sign_in_by_device
from fakeprovider import Provider
from fakeprovider.faults import Reset
from pytest_auth_provider import Client, scenario

INTERVAL = 2.0
"""Seconds between two polls that the client is told: another number than the default of five."""
SLOWER = 5.0
"""Seconds by which a client may be slower for good once it was disturbed: as much as one `slow_down` costs."""
FAILURES = 3
PATIENCE = 90.0
"""Seconds that a login may take that backs off so many times."""
LONG = 30.0
"""Seconds between two polls in a login that takes minutes."""
MINUTES = 13
"""Polls of such a login: more than the five minutes after which some clients give up, and less than the code lives."""
LIFETIME = 900.0


@scenario(
    "RFC 8628 3.5",
    'Before each new request, the client MUST wait at least the number of seconds specified by the "interval" '
    "parameter of the device authorization response",
    harm="The provider answers polls that come too fast with `slow_down`, and signing in takes minutes.",
    provider={"device_interval": INTERVAL},
    profile={"sign_in": "device"},
)
def test_polls_only_after_interval(auth_provider: Provider, auth_client: Client) -> None:
    """Two polls are as many seconds apart as the provider has asked for, at least."""
    auth_provider.user.script("pending", "pending", "approve")
    outcome = sign_in_by_device(auth_client)
    must_succeed(outcome)
    must_pause(auth_client, outcome, after=1, told=f"told an interval of {INTERVAL:g} s", at_least=INTERVAL)


@scenario(
    "RFC 8628 3.5",
    'Before each new request, the client MUST wait at least the number of seconds specified by the "interval" '
    "parameter of the device authorization response [...] In our words: also before the first one, when nobody can "
    "have typed the code yet.",
    harm="Every sign-in begins with a request that cannot succeed, and that strict providers answer with `slow_down`.",
    level="SHOULD",
    promised_by={"first_poll": "after_interval"},
    provider={"device_interval": INTERVAL},
    profile={"sign_in": "device"},
)
def test_first_poll_not_immediate(auth_client: Client) -> None:
    """The first poll comes an interval after the code, unless the client declares that it polls at once."""
    applies_only(auth_client.policies["first_poll"] != "at_once", f"{auth_client.name} declares that it polls at once")
    outcome = sign_in_by_device(auth_client)
    polls, begun = polls_of(outcome), requests(outcome, "device_authorization")
    exposed(auth_client, polls and begun, f"told an interval of {INTERVAL:g} s", "it made no poll")
    pause = polls[0].monotonic - begun[-1].monotonic
    must(pause >= INTERVAL - TOLERANCE, f"the first poll after {INTERVAL:g} s", f"it came after {pause:.1f} s")


@scenario(
    "RFC 8628 3.5",
    "The client SHOULD repeat the access token request to the token endpoint (a process known as polling). In our "
    "words: until somebody has decided, whether or not there is a terminal.",
    harm="The tool has gone by the time its user has typed the code, and the sign-in comes to nothing.",
    level="SHOULD",
    provider={"device_interval": 1},
    profile={"sign_in": "device"},
)
def test_keeps_polling_to_the_end(auth_provider: Provider, auth_client: Client) -> None:
    """A login goes on as long as it is pending, with its input closed, and succeeds when it is approved."""
    auth_provider.user.script(*["pending"] * 4, "approve")
    outcome = sign_in_by_device(auth_client)
    pending = [poll for poll in polls_of(outcome) if poll.status != 200]
    exposed(auth_client, pending, f"{len(pending)} of its polls were pending", "no poll was pending")
    must_succeed(outcome)
    must(len(pending) == 4, "it polls until it is approved", f"it ended after {len(pending)} polls")


@scenario(
    "RFC 8628 3.2",
    'REQUIRED. The lifetime in seconds of the "device_code" and "user_code". In our words: as long as the code lives, '
    "somebody may come and type it.",
    harm="Who looks for the second factor for six minutes comes back to a code that the tool has given up.",
    level="SHOULD",
    provider={"device_interval": LONG, "device_code_lifetime": LIFETIME},
    profile={"sign_in": "device"},
)
def test_polls_as_long_as_the_code_lives(auth_provider: Provider, auth_client: Client) -> None:
    """A code that lives for fifteen minutes is polled for still after six."""
    skips = auth_client.adapter.kind == "process" and auth_client.clock.strategy == "python"
    applies_only(skips, f"the waits of {auth_client.name} cannot be skipped, and would take minutes")
    auth_provider.user.script(*["pending"] * MINUTES, "approve")
    outcome = sign_in_by_device(auth_client.within(LIFETIME))
    must_succeed(outcome)
    polls = polls_of(outcome)
    took = polls[-1].monotonic - polls[0].monotonic
    exposed(auth_client, took > 300, f"approved {took:.0f} s after its first poll", "it was approved too early")


@scenario(
    "RFC 8628 3.5",
    "On encountering a connection timeout, clients MUST unilaterally reduce their polling frequency before retrying. "
    "In our words: before retrying, and not for all the time after it works again.",
    harm="One bad minute of the network, and the tool notices an approval long after it was given.",
    level="SHOULD",
    provider={"device_interval": 1},
    profile={"sign_in": "device"},
)
def test_backoff_ends_when_it_works_again(auth_provider: Provider, auth_client: Client) -> None:
    """Once polls are answered again, a client that had backed off polls at its pace, five seconds slower at most."""
    auth_provider.user.script("pending", "pending", "approve")
    with auth_provider.failing(Reset(), at="token", grant="device_code", times=FAILURES, optional=True) as armed:
        outcome = sign_in_by_device(auth_client.within(PATIENCE))
    polls = polls_of(outcome)
    went_on = armed.fired == FAILURES and len(polls) > FAILURES + 1
    otherwise = "it ended the login at a failure, which device/backs-off-on-5xx tells of"
    exposed(auth_client, went_on, f"{FAILURES} polls failed, and the next ones were answered", otherwise)
    pause = polls[-1].monotonic - polls[-2].monotonic
    must(pause <= 1 + SLOWER + TOLERANCE, "an interval of 1 s again, or 5 s more", f"a last pause of {pause:.1f} s")

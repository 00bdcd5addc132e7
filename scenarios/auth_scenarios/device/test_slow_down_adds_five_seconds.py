from __future__ import annotations

from itertools import pairwise

from auth_scenarios.verify import applies_where_told, must_succeed, requests, sign_in_by_device
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario

TOLERANCE = 0.1


@scenario(
    "RFC 8628 3.5",
    "slow_down: a variant of authorization_pending, [...] the interval MUST be increased by 5 seconds for this and all "
    "subsequent requests.",
    seed="003_ac4bf891c4a85fd9.txt",
)
def test_slow_down_adds_five_seconds(auth_provider: Provider, auth_client: Client) -> None:
    """A client told to slow down waits five seconds longer before its next poll, and before every later one."""
    applies_where_told(auth_provider, auth_client, "slow_down")
    auth_provider.user.script("slow_down", "pending", "approve")
    outcome = sign_in_by_device(auth_client)
    must_succeed(outcome)
    polls = requests(outcome, "token", grant="device_code")
    pauses = [later.monotonic - earlier.monotonic for earlier, later in pairwise(polls)]
    told = ", ".join(f"{pause:.1f} s" for pause in pauses)
    assert min(pauses) >= 5 - TOLERANCE, f"Expected: at least 5 s between polls\nActual:   {told}"

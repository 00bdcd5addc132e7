"""Several processes that share one store and refresh at the same time."""

from __future__ import annotations

import pytest

from auth_scenarios.sessions import must_work_from_store
from auth_scenarios.verify import RESOURCES, exposed, must, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import Hold
from pytest_auth_provider import Client, scenario

OVERLAP = 1.0
"""Seconds for which a refresh is held at most, until every process has sent one.

All start at the same moment, so they come soon after one another. It is not longer because a client that waits for an
answer, or for a lock, may give up after two seconds, and rightly so.
"""


@scenario(
    "spec-kitty refresh transaction, D5; RFC 9700 4.14.2",
    "1. Acquire MachineFileLock. 2. Reload persisted session. 3. If persisted is newer and valid → adopt without "
    "network call (ADOPTED_NEWER). [...] If a refresh token is compromised and subsequently used by both the attacker "
    "and the legitimate client, one of them will present an invalidated refresh token, which will inform the "
    "authorization server of the breach. In our words: two processes that spend the same refresh token look like such "
    "a theft.",
    harm="Two commands at once, as in a parallel build, sign the user out.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
    provider={"reuse": "revoke_family"},
)
@pytest.mark.parametrize("processes", [2, 5])
def test_two_processes(auth_provider: Provider, auth_client: Client, processes: int) -> None:
    """Processes that find the same expired token at once make one refresh between them, and all of them succeed."""
    auth_client.login(expired=True)
    refresh = Hold(arrivals=processes, seconds=OVERLAP)
    mark = auth_provider.journal.mark()
    with auth_provider.failing(refresh, at="token", grant="refresh_token"):
        running = [auth_client.start("use") for _ in range(processes)]
        refresh.wait_for_arrival(auth_client.adapter.timeout)
        at_once = sum(process.running for process in running)
        outcomes = [process.wait() for process in running]
    exposed(
        auth_client,
        at_once > 1,
        f"{at_once} processes ran when the first refresh arrived and was held",
        "no two of its processes ran at the same time",
    )
    calls = auth_client.policies["use"] == "calls"
    called = sum(e.endpoint in RESOURCES for e in auth_provider.journal.since(mark))
    exposed(
        auth_client,
        called >= processes or not calls or not all(outcome.ok for outcome in outcomes),
        f"the API was called {called} times by {processes} processes",
        f"the API was called {called} times only by {processes} processes: not all of them needed a token",
    )
    for outcome in outcomes:
        must_succeed(outcome)
    refreshes = [e for e in auth_provider.journal.since(mark) if e.grant == "refresh_token"]
    lines = "\n".join(exchange.line for exchange in refreshes)
    must(len(refreshes) == 1, f"one refresh request between {processes} processes", lines)
    must_work_from_store(auth_client)

"""Several processes that share one store and refresh at the same time."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import must, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import Hold
from pytest_auth_provider import Client, scenario


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
    # A refresh request is held until all processes have sent one, or for a second.
    barrier = Hold(arrivals=processes, seconds=1.0)
    mark = auth_provider.journal.mark()
    with auth_provider.failing(barrier, at="token", grant="refresh_token"):
        running = [auth_client.start("use") for _ in range(processes)]
        outcomes = [process.wait() for process in running]
    for outcome in outcomes:
        must_succeed(outcome)
    refreshes = [e for e in auth_provider.journal.since(mark) if e.grant == "refresh_token"]
    lines = "\n".join(exchange.line for exchange in refreshes)
    must(len(refreshes) == 1, f"one refresh request between {processes} processes", lines)
    must_succeed(auth_client.use())

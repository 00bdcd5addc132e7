"""Without a terminal: in scripts, build servers and timers there is nobody who could answer."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import applies_only, must, must_end, must_not_request
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 8628 3.1",
    "To avoid unneeded requests on the token endpoint, the client SHOULD only commence a device authorization request "
    "when prompted by the user and not automatically, such as when the app starts or when the previous authorization "
    "session expires or fails. In our words: where standard input is no terminal nobody can be asked, so a command "
    "without a session fails at once, opens no browser and waits for no person.",
    harm="A build waits for hours for somebody to type a code that was printed into a log which nobody reads.",
    level="SHOULD",
    needs={"use"},
)
@pytest.mark.parametrize("session", ["none", "refused"])
def test_no_terminal_fails_fast(auth_provider: Provider, auth_client: Client, session: str) -> None:
    """Without a terminal, a command without a session fails; it begins no sign-in and opens no browser."""
    asks = auth_client.policies["sign_in_again"] != "by_itself"
    applies_only(asks, f"{auth_client.name} declares that it signs in by itself")
    applies_only(not auth_client.adapter.terminal, f"{auth_client.name} is run in a terminal")
    if session == "refused":
        auth_client.login(expired=True)
        auth_provider.end_sessions("an administrator ended it")
    outcome = auth_client.use()
    auth_client.exposure.add(f"standard input was no terminal, and its session was {session}")
    must_not_request(outcome, "device_authorization", "authorization")
    must(not outcome.opened, "no browser is opened", f"it opened {len(outcome.opened)}")
    must_end(outcome)

"""Reading a store that something else has damaged."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import RESOURCES, CannotTell, must, must_explain, must_succeed, requests
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "review of the OSA device flow",
    "[It] exits with an unhandled traceback instead of a graceful failure message.",
    needs={"use"},
    origin="OSA's device flow",
)
@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign"])
def test_corrupt_file(auth_provider: Provider, auth_client: Client, damage: str) -> None:
    """A store that is cut short, empty or another program's: a message, exit not 0, and all is well once it is back."""
    auth_client.login()
    if not auth_client.holds_credentials():
        raise CannotTell("no file holds an issued token after the login; name the adapter's `credentials`")
    done = auth_client.disk.damage(damage)
    auth_client.restart()  # a long-lived client need not read its store again before
    outcome = auth_client.use()
    must_explain(outcome)
    sent = [call.line for call in requests(outcome, *RESOURCES) if call.bearer in auth_provider.secrets]
    must(not sent, "no issued token goes to the API", "".join(sent[:1]))
    auth_client.exposure.add(f"used with its credential files {damage}")
    done.undo()
    auth_client.restart()
    must_succeed(auth_client.use())

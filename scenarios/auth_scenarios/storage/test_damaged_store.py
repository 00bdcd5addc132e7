"""Reading a store that something else has damaged."""

from __future__ import annotations

import pytest

from auth_scenarios.sessions import signed_in_anew
from auth_scenarios.stored import stored_credentials
from auth_scenarios.verify import RESOURCES, applies_only, must, must_explain, must_succeed, requests
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "custom among command-line tools",
    "In our words: a store that cannot be read is a failure like any other: it ends in a message, and nothing is lost "
    "that was there before.",
    harm=(
        "One damaged file makes every command fail without a word on what to do, or the tool goes on as if nobody had "
        "ever signed in."
    ),
    level="SHOULD",
    needs={"use"},
    origin="OSA's device flow",
)
@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign"])
def test_corrupt_file(auth_provider: Provider, auth_client: Client, damage: str) -> None:
    """A store that is cut short, empty or another program's: a message, exit not 0, and all is well once it is back."""
    auth_client.login()
    stored_credentials(auth_client)
    older = {secret.value for secret in auth_provider.secrets}
    done = auth_client.disk.damage(damage)
    left = {value for file in auth_client.credentials() for value in file.values}
    auth_client.restart()  # a long-lived client need not read its store again before
    outcome = auth_client.use()
    auth_client.exposure.add(f"used with its credential files {damage}")
    calls = requests(outcome, *RESOURCES)
    whole = any(call.bearer in left for call in calls)
    applies_only(not whole, f"{auth_client.name} reads a whole token from what is left of its store")
    if not signed_in_anew(outcome):
        must_explain(outcome)
    sent = [call.line for call in calls if call.bearer in older]
    must(not sent, "no token of the damaged store goes to the API", "".join(sent[:1]))
    done.undo()
    auth_client.restart()
    must_succeed(auth_client.use())

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


@scenario(
    "custom among command-line tools",
    "In our words: a login replaces what is stored, so it does not matter to it whether that could be read.",
    harm="A damaged file locks the user out: nothing helps but to find out which file it is and delete it.",
    level="SHOULD",
    needs={"use"},
)
@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign"])
def test_corrupt_file_does_not_block_login(auth_client: Client, damage: str) -> None:
    """A login over a store that is cut short, empty or another program's succeeds, and the session works."""
    auth_client.login()
    names = ", ".join(file.path.name for file in stored_credentials(auth_client))
    auth_client.disk.damage(damage)
    auth_client.restart()
    auth_client.exposure.add(f"signed in over {names}, which was {damage}")
    must_succeed(auth_client.attempt_login())
    auth_client.restart()
    must_succeed(auth_client.use())


@scenario(
    "custom among command-line tools",
    "In our words: a store that cannot be read may hold what can be repaired, so no command but a login or a sign-out "
    "writes over it.",
    harm="One broken byte, or one torn read, costs the user every account that was in the file.",
    level="SHOULD",
    needs={"use"},
)
def test_corrupt_file_is_not_overwritten(auth_provider: Provider, auth_client: Client) -> None:
    """What a store held that cannot be read is there still, in whichever file, after commands that are no login."""
    auth_client.login(expired=True)
    before = stored_credentials(auth_client)
    issued = {secret.value for secret in auth_provider.secrets}
    for file in before:
        file.path.write_bytes(file.path.read_bytes().rstrip()[:-1])
    broken = {file.path: file.path.read_bytes() for file in before}
    auth_client.restart()
    outcomes = [auth_client.run(action) for action in ("use", "status", "token", "use") if auth_client.can(action)]
    made = [exchange for outcome in outcomes for exchange in outcome.exchanges]
    sent = {text for exchange in made for text in (exchange.bearer, *exchange.form.values())}
    unread = not sent & issued and not any(map(signed_in_anew, outcomes))
    applies_only(unread, f"{auth_client.name} can do without the last byte of its store")
    auth_client.exposure.add(f"{', '.join(path.name for path in broken)} lacked its last byte while commands ran")
    there = {path.read_bytes() for path, _status in auth_client.sandbox.touched_files()}
    lost = [path.name for path, content in broken.items() if content not in there]
    must(not lost, "what could not be read is left, or kept aside", f"the bytes of {', '.join(lost)} are gone")

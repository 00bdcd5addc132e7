"""The members of a stored session: those that are missing, those of older and those of other versions of the client."""

from __future__ import annotations

import pytest

from auth_scenarios.storage.json_store import json_store, read_object
from auth_scenarios.verify import applies_only, exposed, must, must_explain, must_not_crash, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import ExtraMember
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.clients.disk import SavedFiles

FOREIGN = "x-kept-by-auth-provider"
"""A member that no client knows."""
LATER_MEMBERS = ("generation",)
"""Members that sessions of older versions did not have."""


@scenario(
    "custom among command-line tools",
    "In our words: a session that lacks a member, as an older version or a provider of few words left it, is refreshed "
    "or ends in a message, and a login replaces it.",
    harm="After an upgrade no command works, not even the login, and nothing helps but to delete a file.",
    level="SHOULD",
    needs={"use"},
)
@pytest.mark.parametrize("member", ["access_token", "refresh_token", "expiry"])
def test_missing_member_is_signed_out(auth_client: Client, member: str) -> None:
    """A stored session without its access token, refresh token or expiry: a message at most, and a login works."""
    auth_client.login()
    store = json_store(auth_client)
    for entry in store.entries:
        numbers = [name for name, value in entry.items() if "exp" in name.lower() and not isinstance(value, dict)]
        names = {"access_token": [store.access], "refresh_token": [store.refresh], "expiry": numbers}[member]
        dropped = [name for name in names if entry.pop(name, None) is not None]
        applies_only(bool(dropped), f"{auth_client.name} stores no {member.replace('_', ' ')}")
        auth_client.exposure.add(f"its stored session lacked {', '.join(dropped)}")
    store.save()
    auth_client.restart()
    outcome = auth_client.use()
    must_not_crash(outcome)
    if not outcome.ok:
        must_explain(outcome)
    must_succeed(auth_client.attempt_login())
    auth_client.restart()
    must_succeed(auth_client.use())


@scenario(
    "spec-kitty stored session, D7",
    'Deserialization is backward-compatible because data.get("generation") returns None for sessions stored before '
    "Tranche 2.5. No migration needed.",
    harm="Everybody who upgrades has to sign in again, and a machine without a person stands still.",
    level="SHOULD",
    needs={"use"},
    origin="spec-kitty's sign-out",
    signs_in=True,
)
def test_legacy_session_loads(auth_provider: Provider, auth_client: Client) -> None:
    """A session that was stored before there was a `generation` works as it did."""
    extra = [ExtraMember("session_id", "a-session-of-old"), ExtraMember("generation", 3)]
    with auth_provider.failing(*extra, at="token"):
        auth_client.login()
    store = json_store(auth_client)
    later = [(entry, name) for entry in store.entries for name in entry if name in LATER_MEMBERS]
    applies_only(bool(later), f"{auth_client.name} stores no generation")
    for entry, name in later:
        del entry[name]
    store.save()
    auth_client.restart()
    auth_client.exposure.add("its stored session lacked its generation")
    must_succeed(auth_client.use())


@scenario(
    "custom among command-line tools",
    "In our words: what another version of the client has stored beside the sessions is there after this one has "
    "written them.",
    harm="To run an older version once, as on a second machine, costs the user what the newer one had stored.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_unknown_fields_survive(auth_client: Client) -> None:
    """A member of the credential file that the client does not know is there after a refresh has written the file."""
    auth_client.login(expired=True)
    store = json_store(auth_client)
    store.document[FOREIGN] = {"kept": True}
    store.save()
    before = SavedFiles.of([store.path])
    auth_client.restart()
    outcome = auth_client.use()
    written = SavedFiles.of([store.path]) != before
    exposed(auth_client, written, f"a refresh wrote {store.path.name}", f"it wrote nothing: {outcome.ending()}")
    after = read_object(store.path) or {}
    must(FOREIGN in after, "a member that it does not know is kept", f"{FOREIGN} is gone from {store.path.name}")

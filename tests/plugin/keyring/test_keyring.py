"""The fake keyring, as a client of it sees it: the reference client's own, and what it does in each state."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from pytest_auth_provider.keyring import Keyring, why_no_bus
from pytest_auth_provider.keyring.service import ADDRESS, SMALL
from reference_client.errors import KeyringError
from reference_client.secret_service import SecretService

pytestmark = pytest.mark.skipif(bool(why_no_bus()), reason=why_no_bus())
OURS = {"application": "a", "account": "ada"}


@pytest.fixture
def variables() -> dict[str, str]:
    """The variables of a sandbox."""
    return {ADDRESS: "disabled:", "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


@pytest.fixture
def keyring(variables: dict[str, str]) -> Iterator[Keyring]:
    """A keyring that works."""
    with Keyring(SimpleNamespace(variables=variables)) as keyring:
        yield keyring


@pytest.fixture
def client(keyring: Keyring, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """Somebody who is patient for half a second."""
    monkeypatch.setenv(ADDRESS, variables[ADDRESS])
    client = SecretService(0.5)
    yield client
    client.close()


def test_what_is_stored_is_found_by_its_attributes(keyring: Keyring, client: SecretService) -> None:
    """And replaced, and deleted; that of somebody else stays."""
    client.write(OURS, "ours", b"one")
    client.write({**OURS, "account": "bob"}, "his", b"two")
    client.write(OURS, "ours", b"three")
    assert client.read(OURS) == b"three"
    assert keyring.holds(["three"])
    assert not keyring.holds(["one"])
    client.delete(OURS)
    assert client.read(OURS) is None
    assert [item.label for item in keyring.items.values()] == ["his"]


def test_a_locked_keyring_gives_nothing_away(keyring: Keyring, client: SecretService) -> None:
    """And takes nothing; once it is unlocked, all is there."""
    client.write(OURS, "ours", b"one")
    keyring.state = "locked"
    with pytest.raises(KeyringError, match="locked"):
        client.read(OURS)
    with pytest.raises(KeyringError, match="IsLocked"):
        client.write(OURS, "ours", b"two")
    keyring.state = "works"
    assert client.read(OURS) == b"one"


def test_a_silent_keyring_keeps_nobody_for_ever(keyring: Keyring, client: SecretService) -> None:
    """The call arrives, and the caller gives up."""
    keyring.state = "silent"
    with pytest.raises(KeyringError, match=r"did not answer within 0\.5 seconds"):
        client.read(OURS)
    assert keyring.calls == ["SearchItems"]


def test_what_is_forgotten_is_noticed(keyring: Keyring, client: SecretService) -> None:
    """By reading it again."""
    keyring.state = "forgets"
    with pytest.raises(KeyringError, match="did not keep"):
        client.write(OURS, "ours", b"one")


def test_a_small_keyring_refuses_what_is_large(keyring: Keyring, client: SecretService) -> None:
    """And takes what just fits."""
    keyring.state = "small"
    client.write(OURS, "ours", b"x" * SMALL)
    with pytest.raises(KeyringError, match="LimitsExceeded"):
        client.write(OURS, "ours", b"x" * (SMALL + 1))


def test_what_is_spoiled_is_there_and_no_use(keyring: Keyring, client: SecretService) -> None:
    """Whatever it was."""
    client.write(OURS, "ours", b"one")
    keyring.spoil()
    assert client.read(OURS) not in (None, b"one")


def test_a_sandbox_is_left_as_it_was(variables: dict[str, str]) -> None:
    """Its variables lead to the bus while that is there."""
    before = dict(variables)
    with Keyring(SimpleNamespace(variables=variables)):
        assert variables[ADDRESS].startswith("unix:path=")
        assert "PYTHON_KEYRING_BACKEND" not in variables
    assert variables == before

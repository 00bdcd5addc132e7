"""Sessions in a keyring, here one that is a dictionary: where they go, and what is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from reference_client.errors import CorruptStoreError, KeyringError
from reference_client.keyring_store import KeyringStore
from reference_client.secret_service import SecretService
from reference_client.session import Session

ISSUER = "https://provider.example"
SESSION = Session(access_token="a", refresh_token="r")
NEWER = Session(access_token="b", refresh_token="s")


class Secrets(SecretService):
    """A keyring in memory, which can be out of reach."""

    def __init__(self) -> None:
        super().__init__(1)
        self.kept: dict[str, bytes] = {}
        self.away = False

    def read(self, attributes: Mapping[str, str]) -> bytes | None:
        """Return what is kept."""
        return self._reached().get(str(attributes))

    def write(self, attributes: Mapping[str, str], _label: str, value: bytes) -> None:
        """Keep it."""
        self._reached()[str(attributes)] = value

    def delete(self, attributes: Mapping[str, str]) -> None:
        """Keep it no more."""
        self._reached().pop(str(attributes), None)

    def _reached(self) -> dict[str, bytes]:
        if self.away:
            raise KeyringError("the keyring is locked")
        return self.kept


@pytest.fixture
def secrets() -> Secrets:
    """What is in the keyring."""
    return Secrets()


@pytest.fixture
def store(tmp_path: Path, secrets: Secrets) -> KeyringStore:
    """A store on top of it."""
    store = KeyringStore(tmp_path / "kept" / "credentials.json")
    store._keyring = secrets
    return store


def test_a_login_stores_in_the_keyring(store: KeyringStore, secrets: Secrets) -> None:
    """And nowhere else; a refresh as well."""
    store.save_new(ISSUER, "default", SESSION)
    store.save(ISSUER, "default", NEWER)
    assert store.load(ISSUER, "default") == NEWER
    assert len(secrets.kept) == 1
    assert not store.path.exists()


def test_without_a_keyring_the_file_is_used_and_said(
    store: KeyringStore, secrets: Secrets, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also by later commands, whether or not there is a keyring by then."""
    secrets.away = True
    store.save_new(ISSUER, "default", SESSION)
    assert "the keyring is locked, so the session is kept in plain text" in capsys.readouterr().err
    secrets.away = False
    store.save(ISSUER, "default", NEWER)
    assert store.load(ISSUER, "default") == NEWER
    assert not secrets.kept


def test_a_login_moves_what_was_in_the_file(store: KeyringStore, secrets: Secrets) -> None:
    """Once there is a keyring again."""
    secrets.away = True
    store.save_new(ISSUER, "default", SESSION)
    secrets.away = False
    store.save_new(ISSUER, "default", NEWER)
    assert json.loads(store.path.read_bytes())["sessions"] == {ISSUER: {}}
    assert store.load(ISSUER, "default") == NEWER


def test_a_keyring_out_of_reach_is_not_an_empty_one(store: KeyringStore, secrets: Secrets) -> None:
    """It is an error to read, to refresh and to sign out; what it holds stays."""
    store.save_new(ISSUER, "default", SESSION)
    secrets.away = True
    with pytest.raises(KeyringError, match="a session may be in it"):
        store.load(ISSUER, "default")
    with pytest.raises(KeyringError):
        store.save(ISSUER, "default", NEWER)
    with pytest.raises(KeyringError):
        store.remove(ISSUER, "default")
    secrets.away = False
    assert store.load(ISSUER, "default") == SESSION


def test_signing_out_forgets_both(store: KeyringStore, secrets: Secrets) -> None:
    """A session in the file can be forgotten without a keyring."""
    store.save_new(ISSUER, "default", SESSION)
    store.remove(ISSUER, "default")
    secrets.away = True
    store.save_new(ISSUER, "default", SESSION)
    store.remove(ISSUER, "default")
    secrets.away = False
    assert store.load(ISSUER, "default") is None
    assert not secrets.kept


def test_gibberish_is_damage(store: KeyringStore, secrets: Secrets) -> None:
    """Which a login replaces."""
    store.save_new(ISSUER, "default", SESSION)
    secrets.kept = dict.fromkeys(secrets.kept, b"\xff\x00")
    with pytest.raises(CorruptStoreError, match="in the keyring cannot be read"):
        store.load(ISSUER, "default")
    store.save_new(ISSUER, "default", NEWER)
    assert store.load(ISSUER, "default") == NEWER


@pytest.mark.parametrize("address", ["", "disabled:", "autolaunch:"])
def test_without_a_session_bus_there_is_no_keyring(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is started, and none is looked for elsewhere."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(KeyringError, match="there is no session bus"):
        SecretService(1).read({"application": "auth-reference"})

"""The credential file: private, atomic, and nobody's to lose."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reference_client import atomic
from reference_client.errors import CorruptStoreError, StoreError
from reference_client.session import Session
from reference_client.store import CredentialStore

ISSUER = "https://provider.example"
SESSION = Session(access_token="a", refresh_token="r")


@pytest.fixture
def store(tmp_path: Path) -> CredentialStore:
    """A store that does not exist yet."""
    return CredentialStore(tmp_path / "kept" / "credentials.json")


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Run a block under another umask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    """Return the permissions of `path`."""
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_saved_is_loaded(store: CredentialStore) -> None:
    """By issuer, a trailing slash aside, and by profile."""
    store.save(f"{ISSUER}/", "default", SESSION)
    assert store.load(ISSUER, "default") == SESSION
    assert store.load(ISSUER, "work") is None
    assert store.load("https://elsewhere.example", "default") is None


def test_the_file_is_private_from_its_first_moment(store: CredentialStore) -> None:
    """Whatever the umask, and before a byte of it is written."""
    with umask(0):
        atomic.make_directory(store.path.parent)
        new = store.path.with_name("new")
        os.close(atomic.create(new, atomic.FILE_MODE))
        store.save(ISSUER, "default", SESSION)
    assert (mode(new), mode(store.path), mode(store.path.parent)) == (0o600, 0o600, 0o700)


def test_a_file_and_directory_that_were_too_open_are_tightened(store: CredentialStore) -> None:
    """By reading already; and only taken away from, never added to."""
    store.save(ISSUER, "default", SESSION)
    store.path.chmod(0o644)
    store.path.parent.chmod(0o755)
    store.load(ISSUER, "default")
    assert mode(store.path) == 0o600
    store.save(ISSUER, "default", SESSION)
    assert mode(store.path.parent) == 0o700


def test_everything_else_in_the_file_survives(store: CredentialStore) -> None:
    """Other issuers, other profiles, members of other versions at every level."""
    store.path.parent.mkdir()
    document = {
        "version": 9,
        "theme": "dark",
        "sessions": {
            f"{ISSUER}/": {
                "default": {"access_token": "old", "token_type": "Bearer", "teams": ["blue"]},
                "work": {"odd": 1},
            },
            "https://elsewhere.example": {"default": {"access_token": "x"}},
        },
    }
    store.path.write_text(json.dumps(document))
    session = store.load(ISSUER, "default")
    assert session is not None
    store.save(ISSUER, "default", session)
    assert json.loads(store.path.read_text()) == document


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xff",
        b"[]",
        b"null",
        b'{"sessions": []}',
        b'{"sessions": {"https://provider.example": 1}}',
        b'{"sessions": {"https://provider.example": {"default": "x"}}}',
        b'{"sessions": {"https://provider.example": {"default": {}}}}',
        b'{"sessions": {"https://provider.example": {"default": {"access_token": 1}}}}',
        b'{"sessions": {"https://provider.example": {"default": {"access_token": "a", "expires_at": "soon"}}}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_an_error_and_stays_as_it_is(content: bytes, store: CredentialStore) -> None:
    """What to do is said; nothing is guessed, nothing overwritten by reading."""
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    with pytest.raises(CorruptStoreError, match=r"damaged .* sign in again"):
        store.load(ISSUER, "default")
    assert store.path.read_bytes() == content


def test_a_damaged_file_is_not_overwritten_by_saving(store: CredentialStore) -> None:
    """It may hold what can be repaired."""
    store.path.parent.mkdir()
    store.path.write_bytes(b'{"sessions": {"https://elsewhere.example": {"default": {"access_t')
    before = store.path.read_bytes()
    with pytest.raises(CorruptStoreError):
        store.save(ISSUER, "default", SESSION)
    assert store.path.read_bytes() == before


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    store: CredentialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, here: the operating system fails the last step."""
    store.save(ISSUER, "default", SESSION)
    before = store.path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        store.save(ISSUER, "default", Session(access_token="new"))
    assert store.path.read_bytes() == before
    assert list(store.path.parent.iterdir()) == [store.path]


def test_a_place_that_cannot_be_written_is_found_out_beforehand(
    store: CredentialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a refresh token is spent on what could not be kept; root, who may write anywhere, is told otherwise."""
    store.save(ISSUER, "default", SESSION)
    store.check_writable()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StoreError, match="cannot write in"):
        store.check_writable()


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from reference_client.session import Session
from reference_client.store import CredentialStore
os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
CredentialStore(Path(sys.argv[1])).save("https://provider.example", "default", Session(access_token="new"))
"""


def test_killed_in_the_middle_of_a_write_leaves_the_old_session(store: CredentialStore) -> None:
    """And the next write sweeps up what was left beside it."""
    store.save(ISSUER, "default", SESSION)
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(store.path)], check=False)
    assert killed.returncode == -9
    assert len(list(store.path.parent.iterdir())) == 2
    assert store.load(ISSUER, "default") == SESSION
    store.save(ISSUER, "default", SESSION)
    assert list(store.path.parent.iterdir()) == [store.path]


def test_a_session_never_shows_its_secrets() -> None:
    """Neither in a log nor in a traceback."""
    shown = repr(Session(access_token="secret-a", refresh_token="secret-r", unknown={"x": "secret-x"}))
    assert "secret" not in shown

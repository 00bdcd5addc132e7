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
from reference_client.store import ROOM, CredentialStore

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


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"sessions": []}'])
def test_a_damaged_file_is_kept_aside(content: bytes, store: CredentialStore) -> None:
    """To make way for a session, each time under a name of its own."""
    for number in (1, 2):
        store.path.parent.mkdir(exist_ok=True)
        store.path.write_bytes(content)
        aside = store.set_aside(ISSUER)
        assert aside.name == f"credentials.json.damaged-{number}"
        assert (aside.read_bytes(), mode(aside)) == (content, 0o600)
        store.save(ISSUER, "default", SESSION)
        assert store.load(ISSUER, "default") == SESSION


def test_of_a_damaged_entry_only_a_copy_is_kept_aside(store: CredentialStore) -> None:
    """The other sessions stay where they are."""
    store.save("https://elsewhere.example", "default", SESSION)
    document = json.loads(store.path.read_bytes())
    document["sessions"][ISSUER] = {"default": "what is this?"}
    store.path.write_text(json.dumps(document))
    store.set_aside(ISSUER)
    store.save(ISSUER, "default", SESSION)
    assert store.load("https://elsewhere.example", "default") == SESSION
    assert store.load(ISSUER, "default") == SESSION


def test_a_probe_leaves_nothing(store: CredentialStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is room; where there is none, it is an error."""
    store.probe()
    assert list(store.path.parent.iterdir()) == []

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        store.probe()
    assert list(store.path.parent.iterdir()) == []


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


def test_room_is_kept_until_it_is_needed(store: CredentialStore) -> None:
    """Written and synced, and given to the first write; nothing is left of it."""
    store.save(ISSUER, "default", SESSION)
    with store.room():
        (held,) = (path for path in store.path.parent.iterdir() if path != store.path)
        assert held.stat().st_size > ROOM
        assert held.stat().st_blocks * 512 >= ROOM
        assert mode(held) == 0o600
        store.save(ISSUER, "default", Session(access_token="new"))
        assert not held.exists()
    with store.room():
        pass
    assert list(store.path.parent.iterdir()) == [store.path]


def test_a_full_disk_is_found_out_before_anything_is_asked(
    store: CredentialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That files may be written there does not mean that there is room."""
    store.save(ISSUER, "default", SESSION)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match=r"No space left on device.*is unchanged"), store.room():
            pytest.fail("there was room")
    assert list(store.path.parent.iterdir()) == [store.path]
    assert store.load(ISSUER, "default") == SESSION


def test_a_linked_store_is_followed(store: CredentialStore, tmp_path: Path) -> None:
    """What the link leads to is written, and emptied; the directory it is in stays as it was."""
    kept = tmp_path / "dotfiles" / "auth.json"
    kept.parent.mkdir(mode=0o755)
    store.path.parent.mkdir()
    store.path.symlink_to(kept)
    store.save(ISSUER, "default", SESSION)
    assert b"access_token" in kept.read_bytes()
    with store.room():
        store.remove(ISSUER, "default")
    assert store.path.is_symlink()
    assert b"access_token" not in kept.read_bytes()
    assert (mode(kept), mode(kept.parent)) == (0o600, 0o755)
    assert list(kept.parent.iterdir()) == [kept]


def test_a_link_to_itself_is_an_error(store: CredentialStore) -> None:
    """It is not replaced by a file."""
    store.path.parent.mkdir()
    store.path.symlink_to(store.path)
    with pytest.raises(StoreError):
        store.save(ISSUER, "default", SESSION)
    assert store.path.is_symlink()


def test_a_pipe_is_no_store(store: CredentialStore) -> None:
    """Nobody waits for somebody to write into it."""
    store.path.parent.mkdir()
    os.mkfifo(store.path)
    with pytest.raises(StoreError, match="it is not a regular file"):
        store.load(ISSUER, "default")


@pytest.mark.parametrize("expires_at", ["1e999", "-1e999", "NaN", "1" + "0" * 400])
def test_a_time_that_is_none_is_damage(store: CredentialStore, expires_at: str) -> None:
    """It could not be compared with any clock."""
    store.save(ISSUER, "default", Session(access_token="a", expires_at=12345.0))
    store.path.write_text(store.path.read_text().replace("12345.0", expires_at))
    with pytest.raises(CorruptStoreError, match="expires_at is no time"):
        store.load(ISSUER, "default")


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from reference_client.session import Session
from reference_client.store import ROOM, CredentialStore
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

"""Sloppy clients of the family `storage`."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import stat
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reference_client import api, atomic, given_token, places, session_call, settings, terminal
from reference_client.answers import Answer
from reference_client.commands import login
from reference_client.context import Context
from reference_client.errors import CorruptStoreError, StoreError
from reference_client.session import Session, fingerprint
from reference_client.store import CredentialStore
from tests.sloppy.defects import sloppy


@sloppy("storage/atomic-write", atomic, "replace")
def writes_in_place(original: object, path: Path, data: bytes, mode: int) -> None:
    """The credential file is emptied and written again in place."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)


@sloppy("storage/corrupt-file", CredentialStore, "_corrupt")
def shows_what_it_caught(original: object, self: CredentialStore, what: str) -> CorruptStoreError:
    """A credential file that is not JSON ends in the bare text of the exception, which names a key."""
    return CorruptStoreError("KeyError: 'sessions'")


@sloppy("storage/created-0600", atomic, "create")
def closes_the_file_afterwards(original: object, path: Path, mode: int) -> int:
    """Credentials are created like any other file, in a directory like any other, and closed to others afterwards."""
    path.parent.chmod(0o755)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    os.fchmod(descriptor, mode)
    return descriptor


@sloppy("storage/rewrite-keeps-a-tightened-mode", Context, "keep")
def opens_what_it_writes_again(keep: Callable[[Context, Session], None], self: Context, session: Session) -> None:
    """A credential file is created for its owner alone, and after a refresh it is a file like any other."""
    keep(self, session)
    if self.store.path.exists():
        self.store.path.parent.chmod(0o755)
        self.store.path.chmod(0o644)


@sloppy("storage/pre-existing-0644-is-tightened", CredentialStore, "__init__")
def keeps_the_permissions_it_finds(init: Callable[..., None], self: CredentialStore, path: Path) -> None:
    """A credential file and its directory keep the permissions they are found with, whoever may read it by them."""
    init(self, path)
    if not path.exists() or path.is_symlink():
        return
    modes = {found: stat.S_IMODE(found.stat().st_mode) for found in (path, path.parent)}

    def write(document: dict[str, object]) -> None:
        CredentialStore._write(self, document)
        for found, mode in modes.items():
            with contextlib.suppress(OSError):
                found.chmod(mode)

    vars(self)["_write"] = write


@sloppy("storage/directory-0700", atomic, "make_directory")
def makes_a_directory_like_any_other(original: object, directory: Path) -> None:
    """The directory of the credential file can be entered by anybody."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o755)


@sloppy("storage/corrupt-file-does-not-block-login", login, "make_way")
def stumbles_over_what_is_there(original: object, context: Context) -> None:
    """A login reads what it is about to replace, and fails where that cannot be read."""
    context.stored_session()


@sloppy("storage/corrupt-file-is-not-overwritten", CredentialStore, "_corrupt")
def begins_anew(corrupt: Callable[..., CorruptStoreError], self: CredentialStore, what: str) -> CorruptStoreError:
    """A credential file that cannot be read is replaced by an empty one at once, by whichever command meets it."""
    atomic.write(self.path, b"{}")
    return corrupt(self, what)


@sloppy("storage/keyed-by-server", session_call, "call")
def sends_whatever_it_has(call: Callable[[Context, str], Answer], context: Context, url: str) -> Answer:
    """Where there is no session for this server, the API is called with that for another one."""
    others = context.store._read().get("sessions", {})
    if context.stored_session() is None and others:
        return api.call(context, url, Session.from_dict(next(iter(others.values()))["default"]).access_token)
    return call(context, url)


@sloppy("storage/concurrent-logins-keep-both", login, "probe")
def stores_what_it_read_first(probe: Callable[[Context], None], context: Context) -> None:
    """A login stores the credential file as it was before the person approved, with the new session put in."""
    probe(context)
    try:
        document = context.store._read()
    except CorruptStoreError:
        return

    def save(issuer: str, profile: str, session: Session) -> None:
        context.store._profiles(document, issuer)[profile] = session.to_dict()
        context.store._write(document)

    vars(context.store)["save"] = save


@sloppy("storage/unwritable-store-is-said", login, "run")
def takes_it_lightly(run: Callable[[Context, Namespace], int], context: Context, arguments: Namespace) -> int:
    """A login that can store nothing says nothing of it."""
    try:
        return run(context, arguments)
    except StoreError:
        terminal.say("signed in")
        return 0


@sloppy("storage/store-is-probed-before-the-browser", login, "probe")
def tries_when_it_has_to(original: object, context: Context) -> None:
    """Whether a session can be stored shows when there is one."""


@sloppy("storage/mode-failure-does-not-lose-the-token", atomic, "write")
def insists_on_modes(write: Callable[[Path, bytes], None], path: Path, data: bytes) -> None:
    """What is written is closed to others once more, and where that is refused, the command has failed."""
    write(path, data)
    path.chmod(atomic.FILE_MODE)


@sloppy("storage/large-tokens-are-stored", CredentialStore, "save")
def has_little_room(
    save: Callable[..., None], self: CredentialStore, issuer: str, profile: str, session: Session
) -> None:
    """A session of more than 8 kB does not fit."""
    if len(json.dumps(session.to_dict())) > 8192:
        raise StoreError("the session is too large to be stored")
    save(self, issuer, profile, session)


@sloppy("storage/symlinked-store-survives", CredentialStore, "_file")
def replaces_the_link(original: object, self: CredentialStore) -> Path:
    """A credential file that is a link is replaced by a file."""
    return self.path


@sloppy("storage/foreign-symlink-is-not-followed", CredentialStore, "_write")
def takes_the_link_for_public(write: Callable[..., None], self: CredentialStore, document: dict[str, object]) -> None:
    """In a directory of all users, what a link leads to is replaced by a file for all of them."""
    target = self.path.resolve()
    if self.path.is_symlink() and target.parent.stat().st_mode & stat.S_IWOTH:
        atomic.replace(target, json.dumps(document).encode(), 0o644)
    else:
        write(self, document)


@sloppy("storage/missing-member-is-signed-out", Session, "from_dict")
def takes_what_must_be_there(from_dict: Callable[[dict[str, Any]], Session], document: dict[str, Any]) -> Session:
    """A stored session without an access token is met with a KeyError, which no command survives."""
    assert document["access_token"]
    return from_dict(document)


@sloppy("storage/legacy-session-loads", Session, "from_dict")
def knows_the_latest_version_alone(from_dict: Callable[[dict[str, Any]], Session], document: dict[str, Any]) -> Session:
    """A session with an id has to have a generation as well."""
    if "session_id" in document and "generation" not in document:
        raise ValueError("generation is missing")
    return from_dict(document)


@sloppy("storage/unknown-fields-survive", CredentialStore, "_write")
def writes_what_it_knows(write: Callable[..., None], self: CredentialStore, document: dict[str, object]) -> None:
    """Of the credential file, nothing but its version and its sessions is written again."""
    write(self, {name: document[name] for name in ("version", "sessions") if name in document})


@sloppy("storage/xdg-is-honoured", places, "credential_file")
def knows_where_home_is(original: object) -> Path:
    """Credentials are kept below HOME, whatever the XDG variables say."""
    return Path.home() / ".local" / "share" / places.APPLICATION / "credentials.json"


@sloppy("storage/session-key-is-stable", places, "credential_file")
def keeps_one_for_each_directory(credential_file: Callable[[], Path]) -> Path:
    """Each working directory has credentials of its own."""
    return credential_file().with_name(f"credentials-{fingerprint(str(Path.cwd()))[:8]}.json")


@sloppy("storage/concurrent-uses-do-not-crash", Context, "stored_session")
def has_six_seats(stored_session: Callable[[Context], Session | None], self: Context) -> Session | None:
    """Of the commands that read the session, six can do so at the same time; the others fail."""
    if "seat" in vars(self):
        return stored_session(self)
    atomic.make_directory(self.store.path.parent)
    for seat in range(6):
        descriptor = os.open(self.store.path.with_suffix(f".seat-{seat}"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
        else:
            vars(self)["seat"] = descriptor  # kept until the process ends
            return stored_session(self)
    raise StoreError("the credential file is locked")


@sloppy("storage/env-token-is-not-persisted", given_token, "call")
def keeps_what_it_was_lent(call: Callable[..., Answer], context: Context, url: str, token: str) -> Answer:
    """The token of the environment is kept in a file, for the next time."""
    atomic.write(places.stack_cache_directory() / "given.json", json.dumps({"token": token}).encode())
    return call(context, url, token)


@sloppy("storage/resolution-order", settings.Sources, "first")
def asks_the_directory_first(
    first: Callable[..., tuple[str, object] | None], self: settings.Sources, name: str
) -> tuple[str, object] | None:
    """What a project file says counts more than what the user says."""
    place, value = self.link(name)
    return (place, value) if value is not None else first(self, name)

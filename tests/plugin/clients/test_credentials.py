"""Credential files are found by what is in them."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from pytest_auth_provider.clients.credentials import find_credentials
from pytest_auth_provider.clients.disk import SavedFiles
from pytest_auth_provider.clients.sandbox import Sandbox


@dataclass(frozen=True)
class Minted:
    """A secret as the provider remembers it."""

    kind: str
    value: str


ACCESS = Minted("access_token", "eyJhbGciOiJSUzI1NiJ9.access/+")
REFRESH = Minted("refresh_token", "rt-0123456789-refresh")
SECRETS = [ACCESS, REFRESH, Minted("id_token", "eyJ.id.token"), Minted("device_code", "device-0123456789")]


@pytest.mark.parametrize(
    "content",
    [
        ACCESS.value.encode(),
        json.dumps({"token": ACCESS.value}).replace("/", r"\/").encode(),
        b"token=" + quote(ACCESS.value, safe="").encode(),
        base64.b64encode(b'{"a": "' + ACCESS.value.encode() + b'"}'),
        b"\0\x01SQLite format 3" + ACCESS.value.encode() + b"\xff",
    ],
)
def test_a_file_with_an_issued_token_is_found(sandbox: Sandbox, content: bytes) -> None:
    """In whatever format it is kept, wherever it is kept."""
    for directory in (sandbox.home, sandbox.cwd, sandbox.tmp, sandbox.runtime):
        path = directory / "deep" / "store"
        path.parent.mkdir(mode=0o700)
        path.write_bytes(content)
        path.chmod(0o640)
        (found,) = find_credentials(sandbox, SECRETS)
        assert (found.path, found.mode, found.directory_mode) == (path, 0o640, 0o700)
        assert (found.secrets, found.kinds, found.declared) == ((ACCESS,), frozenset({"access_token"}), False)
        assert found.values == {ACCESS.value}
        path.unlink()


def test_other_files_are_not(sandbox: Sandbox) -> None:
    """Neither other kinds of secret nor other text make a file a credential file."""
    (sandbox.home / "log").write_text("nothing here")
    (sandbox.home / "code").write_text("device-0123456789 eyJ.id.token")
    os.mkfifo(sandbox.home / "pipe")
    assert find_credentials(sandbox, SECRETS) == []


def test_an_encrypted_store_is_declared(sandbox: Sandbox) -> None:
    """A declared file counts as soon as there is something in it."""
    store = sandbox.home / "session.bin"
    for empty in ("", "{}", " [] \n", "null"):
        store.write_text(empty)
        assert find_credentials(sandbox, SECRETS, [store]) == []
    store.write_bytes(b"\x8f\x01")
    (found,) = find_credentials(sandbox, SECRETS, [store])
    assert (found.path, found.secrets, found.declared) == (store, (), True)
    store.unlink()
    assert find_credentials(sandbox, SECRETS, [store]) == []


def test_files_are_put_back_as_they_were(sandbox: Sandbox) -> None:
    """Content and mode come back, also where the file and its directory are gone."""
    first, second = sandbox.home / "a/first", sandbox.home / "second"
    first.parent.mkdir()
    for path, mode in ((first, 0o600), (second, 0o644)):
        path.write_text(path.name)
        path.chmod(mode)
    saved = SavedFiles.of([first, second])
    first.unlink()
    first.parent.rmdir()
    second.write_text("changed")
    second.chmod(0o600)
    saved.put_back()
    assert [(path.read_text(), path.stat().st_mode & 0o777) for path in (first, second)] == [
        ("first", 0o600),
        ("second", 0o644),
    ]
    assert [path.name for path, _status in sandbox.files()] == ["first", "second"]

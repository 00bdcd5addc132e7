"""What a store holds is told by its rows, or by the command that reveals it, where bytes do not tell."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import Client, ClientError, Sandbox
from pytest_auth_provider.clients.contents import content_of
from tests.support.sandboxed import client_of_file

TOKEN = "rt-0123456789-refresh"

TOOL = """
import json, os, sys, urllib.parse, urllib.request
def ask(url, **form):
    return json.load(urllib.request.urlopen(url, urllib.parse.urlencode(form).encode()))
def turned(data):
    return bytes(255 - byte for byte in data)
store = os.path.expanduser("~/store.bin")
if sys.argv[1] == "login":
    issuer = os.environ["ISSUER"]
    device = ask(issuer + "/device_authorization", client_id="tool", scope="openid offline_access")
    tokens = ask(issuer + "/token", client_id="tool", device_code=device["device_code"],
                 grant_type="urn:ietf:params:oauth:grant-type:device_code")
    open(store, "wb").write(turned(json.dumps(tokens).encode()))
elif sys.argv[1] == "forget":
    open(store, "wb").write(turned(b"{}"))
elif sys.argv[1] == "reveal":
    print(turned(open(store, "rb").read()).decode())
elif sys.argv[1] == "fail":
    sys.exit("cannot decrypt")
else:
    import time; time.sleep(60)
"""
"""A client whose store is not readable, and stays where it is when the tokens are forgotten."""

MakeTool = Callable[..., Client]
"""Makes the client; it takes what else its adapter says."""


@pytest.fixture
def tool(tmp_path: Path, sandbox: Sandbox, provider: Provider) -> MakeTool:
    """Make the client; `more` is what else its adapter says."""
    script = tmp_path / "tool.py"
    script.write_text(TOOL)

    def make(more: str = "", timeout: int = 20) -> Client:
        adapter = f"""
            [clients.tool]
            command = ["{{python}}", "-S", "{script}"]
            env.ISSUER = "{{issuer}}"
            timeout = {timeout}
            credentials = "store.bin"
            run = {{ login = "login", x-forget = "forget" }}
            {more.replace("TOOL", str(script))}
        """
        return client_of_file(adapter, tmp_path, sandbox, provider)

    return make


def test_what_was_deleted_from_a_database_is_gone(tmp_path: Path) -> None:
    """SQLite leaves the bytes of a deleted row where they were, and no client can read them."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            'PRAGMA secure_delete = OFF; CREATE TABLE "a ""table" (value); CREATE TABLE other (x, y, z);'
        )
        database.execute('INSERT INTO "a ""table" VALUES (?)', (TOKEN,))
        database.execute("INSERT INTO other VALUES (1, NULL, ?)", (b"\xff blob",))
        database.commit()
        assert content_of(path).split(b"\0") == [TOKEN.encode(), b"1", b"None", b"\xff blob"]
        database.execute('DELETE FROM "a ""table"')
        database.commit()
    assert TOKEN.encode() in path.read_bytes()
    assert TOKEN.encode() not in content_of(path)
    assert [*tmp_path.iterdir()] == [path]


def test_a_log_that_a_killed_client_left_counts(tmp_path: Path) -> None:
    """What was committed to the write-ahead log is in the database, and reading it changes nothing."""
    path, killed = tmp_path / "store.db", tmp_path / "killed"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode = WAL; CREATE TABLE tokens (value);")
        database.execute("INSERT INTO tokens VALUES (?)", (TOKEN,))
        database.commit()
        killed.mkdir()
        for file in ("store.db", "store.db-wal"):
            shutil.copy(tmp_path / file, killed / file)
    before = {file.name: file.read_bytes() for file in killed.iterdir()}
    assert TOKEN.encode() in content_of(killed / "store.db")
    assert {file.name: file.read_bytes() for file in killed.iterdir()} == before


@pytest.mark.parametrize("content", [b"", b"{}", b"SQLite format 3\0" + TOKEN.encode()])
def test_anything_else_is_its_bytes(tmp_path: Path, content: bytes) -> None:
    """A file that is no database, or a broken one, is taken as it is."""
    path = tmp_path / "store"
    path.write_bytes(content)
    assert content_of(path) == content


def test_a_command_reveals_what_is_stored(tool: MakeTool, provider: Provider) -> None:
    """What it prints counts as the content of the declared files, and a store without tokens is none."""
    client = tool('reveal = ["{python}", "-S", "TOOL", "reveal"]')
    assert client.credentials() == []
    client.login()
    (file,) = client.credentials()
    assert file.kinds == {"access_token", "refresh_token"}
    assert file.values <= {secret.value for secret in provider.secrets}
    client.run("x-forget")
    assert (client.sandbox.home / "store.bin").exists()
    assert client.credentials() == []


@pytest.mark.parametrize("more", ["", 'reveal = ["{python}", "-S", "TOOL", "fail"]'], ids=["none", "fails"])
def test_without_a_command_that_works_a_declared_file_shows_nothing(tool: MakeTool, more: str) -> None:
    """It counts as a file with credentials all the same."""
    client = tool(more)
    client.login()
    (file,) = client.credentials()
    assert (file.declared, file.values) == (True, frozenset())
    client.run("x-forget")
    (other,) = client.credentials()
    assert other.sha256 != file.sha256


def test_a_command_that_does_not_end_is_a_message(tool: MakeTool) -> None:
    """Whoever waits for a password is not waited for."""
    client = tool('reveal = ["{python}", "-S", "TOOL", "hang"]', timeout=1)
    with pytest.raises(ClientError, match="reveal: the command did not end within 1 s"):
        client.credentials()

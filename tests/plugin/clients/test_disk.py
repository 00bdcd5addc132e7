"""Crashes, damage and a disk without room, as they befall the reference client."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from fakeprovider import Provider
from fakeprovider.errors import FaultNotMet
from pytest_auth_provider.clients import Client, ClientError, Sandbox, disk_run, load_adapter
from pytest_auth_provider.clients.disk import DAMAGES, Disk
from pytest_auth_provider.clients.disk_run import DiskRun
from pytest_auth_provider.seccomp.supervisor import is_usable


@pytest.fixture
def client(sandbox: Sandbox, provider: Provider) -> Client:
    """The reference client, signed in."""
    client = Client(load_adapter("reference", Path.cwd()), sandbox, provider)
    client.login(expired=True)
    return client


@pytest.mark.parametrize(("committed", "works"), [(False, True), (True, False)])
def test_it_is_killed_at_a_request(client: Client, provider: Provider, committed: bool, works: bool) -> None:
    """Whether the provider still does what was asked is chosen; being killed is no crash of its own."""
    outcome = client.kill_at("use", "token", grant="refresh_token", committed=committed)
    assert (outcome.exit_code, outcome.crash) == (-signal.SIGKILL, None)
    assert client.use().ok is works


def test_a_request_that_never_comes_is_said(client: Client) -> None:
    """`FaultNotMet` names what was waited for, and what came instead."""
    with pytest.raises(FaultNotMet):
        client.kill_at("status", "token")


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_done_and_undone(client: Client, kind: str) -> None:
    """Contents and rights are what they were."""
    (store,) = client.credentials()
    before = store.path.read_bytes(), store.path.stat().st_mode, store.path.parent.stat().st_mode
    damage = client.disk.damage(kind)
    assert (store.path.read_bytes(), store.path.stat().st_mode, store.path.parent.stat().st_mode) != before
    damage.undo()
    assert (store.path.read_bytes(), store.path.stat().st_mode, store.path.parent.stat().st_mode) == before
    assert client.use().ok


def test_damage_needs_a_name_and_a_file(client: Client) -> None:
    """Either mistake is a `ClientError`."""
    with pytest.raises(ClientError, match='no damage is called "burnt"; there are: truncated, empty, '):
        client.disk.damage("burnt")
    client.logout()
    with pytest.raises(ClientError, match="nothing to damage"):
        client.disk.damage("empty")


def test_permission_bits_hold_for_a_confined_client(client: Client) -> None:
    """Also where the tests are run by root."""
    client.disk.damage("read_only")
    outcome = client.disk.confined().use()
    assert outcome.exit_code == 1
    assert "cannot write" in outcome.stderr


held = pytest.mark.skipif(not is_usable(), reason="system calls cannot be held on this machine")


@held
@pytest.mark.parametrize(
    ("trouble", "met"),
    [
        (lambda disk: disk.full("use"), "refused at write of a file beside it"),
        (lambda disk: disk.full("use", 100), "cut at write of a file beside it"),
        (lambda disk: disk.read_only("use"), "refused at "),
        (lambda disk: disk.kill_while_writing("use"), "killed at write of a file beside it"),
        (lambda disk: disk.kill_while_writing("use", "replacement"), "killed at rename of credentials.json"),
    ],
)
def test_the_disk_fails_while_a_session_is_stored(
    client: Client, trouble: Callable[[Disk[Client]], DiskRun], met: str
) -> None:
    """What is returned proves it; nothing half is left, and a death of ours is no crash."""
    (before,) = client.credentials()
    run = trouble(client.disk)
    assert run.met
    assert run.describe().startswith(met)
    assert run.outcome.exit_code == (-signal.SIGKILL if met.startswith("killed") else 1)
    assert run.outcome.crash is None
    assert run.before == (before,)
    assert before in client.credentials()


@held
def test_what_is_not_met_is_said(client: Client) -> None:
    """`status` stores nothing: it ends by itself, and nothing was proved."""
    run = client.disk.kill_while_writing("status")
    assert (run.outcome.ok, run.met, run.changes, run.describe()) == (True, False, (), "")


def test_the_disk_needs_a_store_and_a_moment(client: Client) -> None:
    """Either mistake is a `ClientError`."""
    with pytest.raises(ClientError, match='there is no moment "noon" of a write; there are: first-write, '):
        client.disk.kill_while_writing("use", "noon")
    client.logout()
    with pytest.raises(ClientError, match="nothing to watch"):
        client.disk.full("use")


def test_a_machine_that_holds_no_calls_is_no_proof(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `ClientError` says what is missing."""
    monkeypatch.setattr(disk_run, "is_usable", lambda: False)
    with pytest.raises(ClientError, match=r"needs Linux 5\.9"):
        client.disk.kill_while_writing("use")

"""Crashes, damage and a disk without room, as they befall the reference client."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from fakeprovider import Provider
from fakeprovider.errors import FaultNotMet
from pytest_auth_provider.clients import Client, ClientError, Sandbox, load_adapter
from pytest_auth_provider.clients.disk import DAMAGES
from pytest_auth_provider.strace.tracer import Tracer
from tests.support.sandboxed import Make


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


def test_a_confined_client_has_no_room(as_process: Make, tmp_path: Path) -> None:
    """A write fails in the middle, as on a full disk."""
    client = as_process().disk.confined(largest_file=1000)
    outcome = client.run("x-write", str(tmp_path / "large"))
    assert "File too large" in outcome.stderr
    assert (tmp_path / "large").stat().st_size == 1000


def test_without_strace_it_lives(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The action runs as ever."""
    monkeypatch.setattr(Tracer, "program", None)
    assert client.disk.kill_while_writing("use").ok

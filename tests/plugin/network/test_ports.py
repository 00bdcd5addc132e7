"""Fixed ports: one test at a time, and a clear word where another program is in the way."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from pytest_auth_provider.clients import ClientError
from pytest_auth_provider.network.ports import reserve_ports
from tests.support.sandboxed import Make


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def test_a_port_is_had_by_one_at_a_time(port: int) -> None:
    """The next one waits, and complains when it has waited too long."""
    failed: list[str] = []

    def wait() -> None:
        try:
            with reserve_ports([port], "second", patience=0.05):
                pass
        except ClientError as problem:
            failed.append(str(problem))

    with reserve_ports([port], "first"):
        other = threading.Thread(target=wait)
        other.start()
        other.join()
    assert failed[0].startswith(
        f'port {port}, which the client "second" needs for its callback, was not given back by another test within 0.05'
    )
    with reserve_ports([port], "third"):
        pass


def test_a_busy_port_is_explained(port: int, make: Make) -> None:
    """Who listens there, as far as we may know, and what to do."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", port))
        busy.listen()
        with pytest.raises(ClientError) as error:
            make("true", ports=(port,))
    assert str(error.value).startswith(f'port {port}, which the client "shell" needs for its callback, is in use by ')
    assert f"(process {os.getpid()})" in str(error.value)
    assert str(error.value).endswith("; stop that and run the tests again")
    assert make("true", ports=(port,)).attempt_login().exit_code == 0

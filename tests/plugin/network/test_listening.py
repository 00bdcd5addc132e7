"""Where a client listens is read from the system, and nobody else's sockets count."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pytest_auth_provider.network.listening import addresses_of
from pytest_auth_provider.processes.tree import MARKER

LISTENS = "import socket,sys; s=socket.create_server((sys.argv[1], 0)); print(s.getsockname()[1], flush=True); input()"
NOBODY = -1
"""The process id of a command that there is not."""


@contextmanager
def listener(address: str, environment: Mapping[str, str], *, leads: bool = False) -> Iterator[tuple[int, int]]:
    """Run a program that listens at an address, as the leader of a session or not; its port and its process id."""
    with subprocess.Popen(
        [sys.executable, "-c", LISTENS, address],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=leads,
    ) as process:
        assert process.stdout
        yield int(process.stdout.readline()), process.pid
        process.communicate("\n")


def test_the_addresses_of_a_sandbox() -> None:
    """A process with the marker of the sandbox is found, at the address it is bound to."""
    with listener("0.0.0.0", {MARKER: "box/1"}) as (port, _pid):  # noqa: S104 - it is the wide address that has to be seen
        assert addresses_of(port, NOBODY, "box") == ["0.0.0.0"]  # noqa: S104
        assert addresses_of(port, NOBODY, "another") == []
    assert addresses_of(port, NOBODY, "box") == []


def test_a_command_without_a_marker() -> None:
    """One that starts warm carries that of the process it was forked from: it is known by its session."""
    with listener("127.0.0.1", {MARKER: "fork-server"}, leads=True) as (port, pid):
        assert addresses_of(port, pid, "box") == ["127.0.0.1"]
        assert addresses_of(port, NOBODY, "box") == []


def test_a_client_in_this_process() -> None:
    """Its sockets are ours; those of another program that this process has started are not."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert addresses_of(server.getsockname()[1], os.getpid(), "box", patience=1.0) == ["127.0.0.1"]
    with listener("127.0.0.1", {MARKER: "another/1"}, leads=True) as (port, _pid):
        assert addresses_of(port, os.getpid(), "box") == []

"""Where a client listens is read from the system, and nobody else's sockets count."""

from __future__ import annotations

import socket
import subprocess
import sys

from pytest_auth_provider.network.listening import addresses_of
from pytest_auth_provider.processes.tree import MARKER

LISTENS = "import socket,sys; s=socket.create_server((sys.argv[1], 0)); print(s.getsockname()[1], flush=True); input()"


def test_the_addresses_of_a_sandbox() -> None:
    """A process with the marker of the sandbox is found, at the address it is bound to."""
    with subprocess.Popen(
        [sys.executable, "-c", LISTENS, "0.0.0.0"],  # noqa: S104 - it is the wide address that has to be seen
        env={MARKER: "box/1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as listener:
        assert listener.stdout
        port = int(listener.stdout.readline())
        assert addresses_of(port, "box") == ["0.0.0.0"]  # noqa: S104
        assert addresses_of(port, "another") == []
        listener.communicate("\n")
    assert addresses_of(port, "box") == []


def test_a_client_in_this_process() -> None:
    """Its sockets are ours."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert addresses_of(server.getsockname()[1], "box", patience=1.0) == ["127.0.0.1"]

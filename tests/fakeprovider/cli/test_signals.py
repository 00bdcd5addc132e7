"""SIGINT and SIGTERM end `fakeprovider serve` at any moment, quietly."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.fakeprovider.cli.conftest import PATIENCE

if TYPE_CHECKING:
    from tests.fakeprovider.cli.conftest import Serve

HALF = b"POST /token HTTP/1.1\r\nHost: fake\r\nContent-Le"
INTERRUPTED_WHILE_IMPORTING = """
import os, signal, sys

class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "{module}":
            os.kill(os.getpid(), signal.SIGINT)

from {program}.__main__ import main

sys.meta_path.insert(0, Interrupts())
sys.argv[1:] = ["{command}"]
sys.exit(main())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_not_lost_among_requests(serve: Serve, number: signal.Signals) -> None:
    """Twenty clients have just sent half a request, and their threads have just begun when the signal comes."""
    for _ in range(4):
        serving = serve()
        parts = urlsplit(serving.said["issuer"])
        with ExitStack() as open_sockets:
            for _ in range(20):
                client = open_sockets.enter_context(socket.create_connection((parts.hostname, parts.port), PATIENCE))
                client.sendall(HALF)
            assert serving.end(number) == (0, "")


@pytest.mark.parametrize(
    ("program", "command", "module"),
    [
        ("fakeprovider", "serve", "fakeprovider.cli"),
        ("fakeprovider", "serve", "fakeprovider.provider"),
        ("pytest_auth_provider", "clients", "pytest_auth_provider.cli"),
    ],
)
def test_an_interruption_at_start_up_is_quiet(program: str, command: str, module: str) -> None:
    """Ctrl-C while it still imports ends it as it ends any program: by the signal, without a traceback."""
    script = INTERRUPTED_WHILE_IMPORTING.format(program=program, command=command, module=module)
    run = [sys.executable, "-c", script]
    ended = subprocess.run(run, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


def test_an_interruption_of_a_command_is_quiet() -> None:
    """Once `auth-provider` has begun, it cleans up, and says with its exit code that it was cancelled."""
    module = "pytest_auth_provider.cli.listing"  # imported by the command
    script = INTERRUPTED_WHILE_IMPORTING.format(program="pytest_auth_provider", command="clients", module=module)
    run = [sys.executable, "-c", script]
    ended = subprocess.run(run, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")

"""Fixed ports that a client needs: one test at a time holds them, in however many processes tests run."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from pytest_auth_provider.errors import ClientError

LOCK_SECONDS = 900.0
"""Seconds to wait for tests in other processes that hold the same ports: one may wait minutes for a silent provider."""


@contextmanager
def reserve_ports(ports: Iterable[int], client: str, patience: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold these loopback ports for the client while the block lasts.

    Raises `ClientError` for a port that another program listens on, or that another test holds for longer than
    `patience` seconds.
    """
    with ExitStack() as locks:
        for port in sorted(set(ports)):
            locks.enter_context(_locked(port, client, patience))
            _check_free(port, client)
        yield


@contextmanager
def _locked(port: int, client: str, patience: float) -> Iterator[None]:
    # One lock file per user: that of another user could not be opened.
    path = Path(tempfile.gettempdir()) / f"auth-provider-{os.getuid()}-port-{port}.lock"
    lock = FileLock(path, is_singleton=True)  # two clients of one test share it
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise ClientError(
            f'port {port}, which the client "{client}" needs for its callback, was not given back by another test '
            f"within {patience:g} s; whoever holds {path} is stuck"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _check_free(port: int, client: str) -> None:
    """Raise `ClientError` where a program listens on the port; connections in TIME_WAIT do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            raise ClientError(
                f'port {port}, which the client "{client}" needs for its callback, is in use by {_listener_on(port)}; '
                "stop that and run the tests again"
            ) from None


def _listener_on(port: int) -> str:
    """Return the name and process id of the program that listens on a port, as far as the system tells us."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,) and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return "another program"

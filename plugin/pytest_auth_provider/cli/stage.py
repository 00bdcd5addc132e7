"""A client on a provider, in a sandbox that is gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_auth_provider.clients.adapter import Adapter
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.making import Workshop, check_program, provider_for
from pytest_auth_provider.record import Record


@contextmanager
def on_stage(adapter: Adapter) -> Iterator[tuple[Client, Record]]:
    """The client and the record of what it does. The person at the browser approves. Raises `ClientError`."""
    check_program(adapter)
    directory = Path(tempfile.mkdtemp(prefix="auth-provider-"))
    try:
        record = Record(directory / "sandbox")
        with (
            provider_for(adapter) as provider,
            Workshop(directory).client(adapter, provider, record) as client,
        ):
            yield client, record
    finally:
        shutil.rmtree(directory, ignore_errors=True)

"""`auth-provider try`: one action, and everything that happened."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.checks.recorder import Recorder
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.clients.factory import ClientFactory, check_program, provider_for
from pytest_auth_provider.errors import LoginFailed
from pytest_auth_provider.report.evidence import render_evidence

# FROM plugin/pytest_auth_provider/cli/stage.py: A client on a provider, in a sandbox that is gone afterwards.


@contextmanager
def on_stage(adapter: Adapter) -> Iterator[tuple[Client, Recorder]]:
    """The client and the record of what it does. The person at the browser approves. Raises `ClientError`."""
    check_program(adapter)
    directory = Path(tempfile.mkdtemp(prefix="auth-provider-"))
    try:
        record = Recorder(directory / "sandbox")
        with (
            provider_for(adapter) as provider,
            ClientFactory(directory).client(adapter, provider, record.sandbox, record) as client,
        ):
            yield client, record
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def try_action(name: str, action: str, root: Path) -> int:
    """Sign in and run the action; 0 where it ended as declared and nothing was found, else 1. Raises `ClientError`."""
    with on_stage(load_adapter(name, root)) as (client, record):
        problem = ""
        try:
            client.login()
        except LoginFailed as failed:
            problem = failed.summary
        if not problem and action != "login":
            client.run(action)
        print(render_evidence(record.outcomes, record.sandbox))
        for _outcome, finding in record.findings:
            print(f"found: {finding}")
        if problem:
            print(f"failed: {problem}")
        elif not record.outcomes[-1].ok:
            print(f"failed: `{action}` ended with {record.outcomes[-1].ending()}")
        else:
            print("well done: nothing was found")
        return 1 if problem or record.findings or not record.outcomes[-1].ok else 0

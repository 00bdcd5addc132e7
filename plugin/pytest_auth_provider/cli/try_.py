"""`auth-provider try`: run one action of a client, and show everything that happened."""

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
from pytest_auth_provider.report.steps import steps_of


@contextmanager
def temporary_client(adapter: Adapter) -> Iterator[tuple[Client, Recorder]]:
    """Yield a client on a provider of its own, in a sandbox that is deleted afterwards, and the record of what it does.

    The person at the browser approves every sign-in. Raises `ClientError`.
    """
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
    """Sign in, run the action and print what happened; `root` is the project's directory.

    Returns the exit code: 0 where the action ended as declared and nothing was found, else 1. Raises `ClientError`.
    """
    with temporary_client(load_adapter(name, root)) as (client, record):
        problem = ""
        try:
            client.login()
        except LoginFailed as failed:
            problem = failed.summary
        if not problem and action != "login":
            client.run(action)
        print(render_evidence(steps_of(record.outcomes, record.sandbox)))
        for _outcome, finding in record.findings:
            print(f"found: {finding}")
        if problem:
            print(f"failed: {problem}")
        elif not record.outcomes[-1].ok:
            print(f"failed: `{action}` ended with {record.outcomes[-1].ending()}")
        else:
            print("well done: nothing was found")
        return 1 if problem or record.findings or not record.outcomes[-1].ok else 0

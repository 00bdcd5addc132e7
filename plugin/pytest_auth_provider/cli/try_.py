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
from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.report.evidence import render_evidence


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
        stage = Stage(record)
        problem = ""
        try:
            client.login()
            stage.show(client)
            if action != "login":
                client.run(action)
                stage.show(client)
        except LoginFailed as failed:
            problem = failed.summary
            stage.show(client)
        return conclude(record, action, problem)


class Stage:
    """Show what one action after the other did, each thing once: commands and exchanges, stubs, and other hosts."""

    def __init__(self, record: Recorder) -> None:
        self._record = record
        self._outcomes = self._stubbed = 0

    def show(self, client: Client) -> None:
        """Print what has happened since the last time; foreign text is made fit for a terminal."""
        outcomes, stubbed = self._record.outcomes[self._outcomes :], client.stubbed[self._stubbed :]
        self._outcomes, self._stubbed = len(self._record.outcomes), len(client.stubbed)
        print(render_evidence(outcomes, self._record.sandbox))
        for request in stubbed:
            unanswered = ": no stub answers that" if request.status == 404 else ""
            print(f"  stubs: {in_one_line(str(request))}{unanswered}")
        for contact in (contact for outcome in outcomes for contact in outcome.contacts):
            print(f"  tried to reach {in_one_line(contact.address)} ({in_one_line(contact.how)}; refused)")


def conclude(record: Recorder, action: str, problem: str) -> int:
    """Print what is to be known, what was found, and how it ended; return the exit code."""
    for note in record.notes:
        print(f"note: {printable(note)}")
    for _outcome, finding in record.findings:
        print(f"found: {printable(str(finding))}")
    last = record.outcomes[-1]
    if problem:
        print(f"failed: {problem}")
    elif not last.ok:
        print(f"failed: `{action}` ended with {printable(last.ending())}")
    elif record.findings:
        print(f"`{action}` ended well, with {len(record.findings)} finding{'s' * (len(record.findings) > 1)}")
    else:
        print("well done: nothing was found")
    return 1 if problem or record.findings or not last.ok else 0

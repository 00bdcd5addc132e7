"""`auth-provider try`: run one action of a client, and show everything that happened."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.checks.recorder import Recorder
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.clients.factory import ClientFactory, check_program, provider_for
from pytest_auth_provider.errors import LoginFailed
from pytest_auth_provider.network.proxy import Contact, Stubbed
from pytest_auth_provider.printable import in_one_line, printable
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
        problem, stubbed = "", [0]
        try:
            client.login()
            stubbed.append(len(client.stubbed))
            if action != "login":
                client.run(action)
        except LoginFailed as failed:
            problem = failed.summary
        stubbed.append(len(client.stubbed))
        steps = steps_of(record.outcomes, record.sandbox)
        for number, (step, outcome) in enumerate(zip(steps, record.outcomes, strict=True)):
            print(render_evidence([step]))
            show_others(client.stubbed[stubbed[number] : stubbed[number + 1]], outcome.contacts)
        return conclude(record, action, problem)


def show_others(stubbed: Sequence[Stubbed], contacts: Sequence[Contact]) -> None:
    """Print what an action asked of others than the provider: of stubs, and of hosts that the proxy refused."""
    for request in stubbed:
        unanswered = ": no stub answers that" if request.status == 404 else ""
        print(f"  stubs: {in_one_line(str(request))}{unanswered}")
    for contact in contacts:
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

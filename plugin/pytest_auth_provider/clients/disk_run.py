"""Run an action of a client on a disk that misbehaves, and keep the proof that it did."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from pytest_auth_provider.clients.credentials import CredentialFile
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.outcome.outcome import Outcome
from pytest_auth_provider.seccomp.disk_fault import DiskFault, FileChange, KilledAt
from pytest_auth_provider.seccomp.supervisor import Supervisor, is_usable


class Keeper(Protocol):
    """What the disk needs of a client."""

    sandbox: Sandbox

    def credentials(self) -> list[CredentialFile]:
        """List the files that hold the client's credentials."""

    def run(self, action: str, /) -> Outcome:
        """Run an action to its end."""

    def restart(self) -> None:
        """End a process that lives on between two actions."""

    def under(self, *wrapper: str, reported: bool = True, slowdown: float = 1.0) -> Self:
        """Return the same client, each command run by another program."""


@dataclass(frozen=True)
class DiskRun:
    """An action that ran on a disk that misbehaves.

    `changes` are the calls by which it was about to change the directories of its credential files, in order, with what
    became of each. `before` are the credential files as they were when it started.
    """

    outcome: Outcome
    changes: tuple[FileChange, ...]
    before: tuple[CredentialFile, ...]

    @property
    def stopped(self) -> FileChange | None:
        """The first change that was not made as it was asked for; None where all of them were."""
        return next((change for change in self.changes if change.fate != "made"), None)

    @property
    def met(self) -> bool:
        """Whether the client met the misbehaviour: it died at a change by our signal, or one was cut or refused."""
        stopped = self.stopped
        return stopped is not None and (stopped.fate != "killed" or self.outcome.exit_code == -signal.SIGKILL)

    def describe(self) -> str:
        """Return in a few words what the client met, as in `killed at rename of auth.json`; empty where nothing.

        Other files than those with credentials are not named: temporary ones have another name each time.
        """
        stopped = self.stopped if self.met else None
        if stopped is None:
            return ""
        named = stopped.path.name if stopped.path in {file.path for file in self.before} else "a file beside it"
        return f"{stopped.fate} at {stopped.call} of {named}"


def run_on_disk(client: Keeper, action: str, fault: DiskFault) -> DiskRun:
    """Run an action of `client` with a fault in the directories of its credential files, not below them.

    Raises `ClientError` on a machine whose system calls cannot be held or looked into.
    """
    if not is_usable():
        raise ClientError(
            "the disk of a client cannot misbehave here: that needs Linux 5.9 or later on x86_64 or aarch64, and a "
            "container that allows the system call seccomp(2)"
        )
    client.restart()  # what it remembers would not be written, and what it writes is not supervised
    before = tuple(client.credentials())
    directories = {Path(os.path.realpath(file.path)).parent for file in before}
    kills = isinstance(fault, KilledAt)
    with Supervisor(client.sandbox.id, directories, fault) as supervisor:
        # A death by our signal is not reported to the passive checks: it is no crash of the client's own.
        supervised = client.under(*supervisor.wrapper, reported=not kills)
        outcome = supervised.run(action)
        supervised.restart()  # nobody answers the calls of a process that would live on
    if supervisor.unseen:
        raise ClientError(f"the system calls of {action} could not be looked into: {supervisor.unseen[0]}")
    run = DiskRun(outcome, tuple(supervisor.changes), before)
    if kills and run.met:
        return replace(run, outcome=replace(outcome, crash=None))
    return run

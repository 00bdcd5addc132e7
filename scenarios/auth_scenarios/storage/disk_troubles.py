"""What can go wrong while a client stores a new session, for scenarios that are parametrized by it.

Each trouble befalls the client in the act: it is held at the system call by which it changes the directory of its
credentials. Where that did not come about there is no proof, and no verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from auth_scenarios.verify import applies_only
from pytest_auth_provider import Client
from pytest_auth_provider.clients.disk_run import DiskRun
from pytest_auth_provider.exposure import NotExposed
from pytest_auth_provider.seccomp.disk_fault import MOMENTS
from pytest_auth_provider.seccomp.supervisor import is_usable


@dataclass(frozen=True)
class Trouble:
    """One thing that goes wrong: `befall` does an action of a client meanwhile.

    `kills` says that the client does not survive it, `otherwise` why a client that stores something never meets it.
    """

    befall: Callable[[Client, str], DiskRun]
    otherwise: str
    kills: bool = False

    def during(self, client: Client, action: str) -> DiskRun:
        """Do the action in this trouble, and note the proof that the client met it.

        Raises `NotExposed` where the action stores nothing at all, or in a way that no system call shows, such as a
        mapped file; `NotApplicable` where this client stores its sessions in a way that has no such moment, and where
        this machine does not let anybody hold a system call.
        """
        applies_only(is_usable(), f"the disk of {client.name} cannot misbehave on this machine (seccomp of Linux 5.9)")
        run = self.befall(client, action)
        if not run.changes:
            where = ", ".join(file.path.name for file in run.before)
            raise NotExposed(f"`{action}` was about to change nothing beside {where}: there was no write to disturb")
        if not run.met and _changed_unseen(client, run):
            raise NotExposed(f"`{action}` changed its store by no system call that could be disturbed")
        applies_only(run.met, f"{client.name} {self.otherwise}")
        client.exposure.add(run.describe())
        return run


def _changed_unseen(client: Client, run: DiskRun) -> bool:
    """Return whether credential files hold other tokens than before, though no call changed one of them."""
    touched = {change.path for change in run.changes}
    before = {file.path: file.values for file in run.before}
    return any(
        before.get(file.path, frozenset()) != file.values and file.path not in touched for file in client.credentials()
    )


def _full(room: Callable[[int], int]) -> Trouble:
    """The disk is full: no file grows beyond what `room` makes of the size of the smallest credential file."""

    def befall(client: Client, action: str) -> DiskRun:
        smallest = min(file.path.stat().st_size for file in client.credentials())
        return client.disk.full(action, room(smallest))

    return Trouble(befall, "needs no more room than there is on this disk")


def _killed(moment: str) -> Trouble:
    def befall(client: Client, action: str) -> DiskRun:
        return client.disk.kill_while_writing(action, moment)

    return Trouble(befall, f"stores its sessions in steps of which none is this one: {moment}", kills=True)


TROUBLES: Final = [
    pytest.param(_full(lambda _size: 0), id="full-from-the-first-byte"),
    pytest.param(_full(lambda size: size // 4), id="full-after-a-quarter"),
    pytest.param(_full(lambda size: size // 2), id="full-halfway"),
    pytest.param(_full(lambda size: size - 1), id="full-before-the-last-byte"),
    pytest.param(Trouble(lambda client, action: client.disk.read_only(action), "writes nothing"), id="read-only"),
    *(pytest.param(_killed(moment), id=f"killed-at-{moment}") for moment in MOMENTS),
]
"""Disks that are full at several sizes, one that is read-only, and a kill at each moment of `KilledAt`."""

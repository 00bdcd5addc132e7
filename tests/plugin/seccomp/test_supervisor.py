"""Programs that store something are stopped in the act, however they do it, and nothing else of them is."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_auth_provider.processes.tree import MARKER
from pytest_auth_provider.seccomp import install_filter
from pytest_auth_provider.seccomp.disk_fault import (
    DiskFault,
    FileChange,
    Full,
    KilledAt,
    ModesRefused,
    OnlyWatched,
    ReadOnly,
)
from pytest_auth_provider.seccomp.supervisor import Supervisor, is_usable
from tests.plugin.seccomp.writers import NEW

WRITERS = str(Path(__file__).with_name("writers.py"))
OLD = b"old " * 500

pytestmark = pytest.mark.skipif(not is_usable(), reason="system calls cannot be held on this machine")

Ended = tuple[int, list[FileChange]]
Run = Callable[[str, DiskFault], Ended]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A file in which the old content is stored."""
    path = tmp_path / "store"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def run(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a writer on a disk with a fault; return its exit code and the changes it was about to make."""
    mark = f"test-{os.getpid()}"
    environment = {**os.environ, MARKER: f"{mark}/1", "TMPDIR": str(tmp_path_factory.mktemp("elsewhere"))}

    def run(how: str, fault: DiskFault) -> Ended:
        with Supervisor(mark, [store.parent], fault) as supervisor:
            command = [*supervisor.wrapper, sys.executable, "-I", "-S", WRITERS, how]
            ended = subprocess.run(
                command, cwd=store.parent, env=environment, capture_output=True, check=False, start_new_session=True
            )
        assert ended.returncode or ended.stdout == b"done\n"
        return ended.returncode, supervisor.changes

    return run


def calls(changes: list[FileChange]) -> list[tuple[str, str]]:
    """Return call and file of each change."""
    return [(change.call.removesuffix("at"), change.path.name) for change in changes]


def test_the_marker_is_that_of_every_command() -> None:
    """The script cannot import it."""
    assert install_filter.MARKER == MARKER


def test_what_is_only_watched_happens(run: Run, store: Path) -> None:
    """Every change is seen, in order, and nothing besides: no output, no file that is read."""
    code, changes = run("rename", OnlyWatched())
    assert (code, store.read_bytes()) == (0, NEW)
    assert calls(changes) == [
        ("open", "store.draft"),
        ("write", "store.draft"),
        ("write", "store.draft"),
        ("rename", "store"),
    ]
    assert {change.fate for change in changes} == {"made"}


@pytest.mark.parametrize(
    ("how", "moment", "at"),
    [
        ("rename", "first-write", ("write", "store.draft")),
        ("rename", "replacement", ("rename", "store")),
        ("from-elsewhere", "first-write", ("rename", "store.draft")),
        ("from-elsewhere", "replacement", ("rename", "store")),
        ("link", "replacement", ("unlink", "store")),
        ("link", "replaced", ("link", "store")),
        ("link", "later", ("unlink", "store.draft")),
        ("in-place", "replacement", ("open", "store")),
        ("in-place", "replaced", ("write", "store")),
        ("in-place", "later", ("write", "store")),
        ("vector", "first-write", ("writev", "store.draft")),
        ("unlink-first", "replaced", ("open", "store")),
        ("journal", "first-write", ("write", "store.journal")),
        ("journal", "replacement", ("write", "store")),
        ("journal", "replaced", ("write", "store")),
    ],
)
def test_a_program_dies_in_the_act(run: Run, store: Path, how: str, moment: str, at: tuple[str, str]) -> None:
    """Right before the change, which is never made."""
    code, changes = run(how, KilledAt(moment, frozenset({store})))
    assert code == -signal.SIGKILL
    assert calls(changes)[-1] == at
    assert [change.fate for change in changes] == ["made"] * (len(changes) - 1) + ["killed"]


@pytest.mark.parametrize(
    ("how", "moment", "left"),
    [
        ("rename", "replacement", OLD),
        ("in-place", "replaced", b""),
        ("in-place", "later", NEW[:1000]),
        ("journal", "replaced", NEW[:1000] + OLD[1000:]),
        ("unlink-first", "replaced", None),
    ],
)
def test_what_a_kill_leaves(run: Run, store: Path, how: str, moment: str, left: bytes | None) -> None:
    """What was stored up to that moment, and no byte more."""
    run(how, KilledAt(moment, frozenset({store})))
    assert (store.read_bytes() if store.exists() else None) == left


@pytest.mark.parametrize(("how", "moment"), [("rename", "replaced"), ("rename", "later"), ("nothing", "first-write")])
def test_a_moment_that_does_not_come_kills_nobody(run: Run, store: Path, how: str, moment: str) -> None:
    """The program ends by itself, and the changes say so."""
    code, changes = run(how, KilledAt(moment, frozenset({store})))
    assert code == 0
    assert "killed" not in {change.fate for change in changes}


@pytest.mark.parametrize("moment", ["first-write", "replacement", "replaced", "later"])
def test_a_database_survives_its_kill(run: Run, store: Path, moment: str) -> None:
    """SQLite writes its journal first: the kill is in the middle of a transaction, which never happened."""
    store.unlink()
    with sqlite3.connect(store) as database:
        database.execute("CREATE TABLE store (value BLOB)")
        database.execute("INSERT INTO store VALUES (?)", (OLD * 10,))
    database.close()
    code, changes = run("sqlite", KilledAt(moment, frozenset({store})))
    assert (code, changes[-1].fate) == (-signal.SIGKILL, "killed")
    with sqlite3.connect(store) as database:
        assert database.execute("SELECT value FROM store").fetchone() == (OLD * 10,)
    database.close()


@pytest.mark.parametrize("room", [0, 1, 999, 1000, 1999])
@pytest.mark.parametrize("how", ["rename", "vector"])
def test_a_full_disk_takes_what_there_is_room_for(run: Run, store: Path, how: str, room: int) -> None:
    """The rest of a write is lost, the next one fails; the store is as it was."""
    code, changes = run(how, Full(room))
    assert (code, store.read_bytes()) == (1, OLD)
    assert (store.parent / "store.draft").read_bytes() == NEW[:room]
    assert changes[-1].fate == "refused"


def test_a_disk_with_room_enough_refuses_nothing(run: Run, store: Path) -> None:
    """Also to write over what is there needs no room."""
    assert run("rename", Full(len(NEW)))[0] == 0
    code, changes = run("in-place", Full(len(NEW)))
    assert code == 0
    assert {change.fate for change in changes} == {"made"}
    assert store.read_bytes() == NEW


@pytest.mark.parametrize("how", ["rename", "link", "in-place", "journal", "unlink-first", "from-elsewhere"])
def test_a_read_only_disk_takes_nothing(run: Run, store: Path, how: str) -> None:
    """Whatever the program tries first fails, and every file is as it was."""
    before = sorted(store.parent.iterdir())
    code, changes = run(how, ReadOnly())
    assert (code, store.read_bytes(), sorted(store.parent.iterdir())) == (1, OLD, before)
    assert changes
    assert {change.fate for change in changes} == {"refused"}


def test_threads_and_children_are_held_too(store: Path) -> None:
    """A shell that has the work done by another program dies with it."""
    script = f"{sys.executable} -I -S {WRITERS} rename; echo survived"
    mark = f"shell-{os.getpid()}"
    with Supervisor(mark, [store.parent], KilledAt("replacement", frozenset({store}))) as supervisor:
        ended = subprocess.run(
            [*supervisor.wrapper, "/bin/sh", "-c", script],
            cwd=store.parent,
            env={**os.environ, MARKER: mark},
            capture_output=True,
            check=False,
            start_new_session=True,
        )
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, b"")
    assert store.read_bytes() == OLD


@pytest.mark.parametrize("how", ["chmod", "fchmod"])
def test_a_mode_cannot_be_set(how: str, run: Run, store: Path) -> None:
    """Whichever call asks for it; what is written is written."""
    code, changes = run(how, ModesRefused())
    assert (code, store.read_bytes()) == (1, NEW)
    assert [(change.path.name, change.fate) for change in changes if change.fate != "made"] == [("store", "refused")]


@pytest.mark.parametrize("fault", [OnlyWatched(), ReadOnly()], ids=["watched", "read-only"])
def test_a_mode_is_no_change_of_what_is_stored(fault: DiskFault, run: Run) -> None:
    """Neither where it is watched, nor as a proof that something was to be written."""
    code, changes = run("chmod-only", fault)
    assert (code, changes) == (0, [])

"""The reader of traces: what it takes for a change, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.traced import read_trace

CWD = Path("/run/cwd")


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ('7 openat(AT_FDCWD</run/cwd>, "a", O_WRONLY|O_CREAT, 0600) = 3</run/cwd/a>', "/run/cwd/a"),
        ('7 open("/etc/motd", O_RDWR) = 3</etc/motd>', "/etc/motd"),
        ('7 creat("a", 0600) = 3</run/cwd/a>', "/run/cwd/a"),
        ('7 mkdir("a", 0777) = 0', "/run/cwd/a"),
        ('7 mkdirat(4</tmp>, "a", 0777) = 0', "/tmp/a"),
        ('7 unlinkat(AT_FDCWD</run/cwd>, "../a", 0) = 0', "/run/a"),
        ("7 fchmod(3</etc/motd>, 0644) = 0", "/etc/motd"),
        ("7 ftruncate(3</etc/motd>, 0) = 0", "/etc/motd"),
        ("7 utimensat(3</etc/motd>, NULL, NULL, 0) = 0", "/etc/motd"),
        ('7 symlink("/etc/motd", "a") = 0', "/run/cwd/a"),
        ('7 chdir("/etc") = 0', "/etc"),
        ("7 fchdir(3</etc>) = 0", "/etc"),
    ],
)
def test_every_change_is_seen_where_it_is(line: str, changed: str) -> None:
    """Relative to the working directory, to an open directory, or of an open file."""
    assert read_trace(line, CWD).changed == (Path(changed),)


def test_both_ends_of_a_move_are_changed() -> None:
    """A file is gone in one place and there in another."""
    trace = read_trace('7 rename("/tmp/a", "/etc/a") = 0', CWD)
    assert trace.changed_outside(Path("/tmp")) == [Path("/etc/a")]
    assert trace.changed_outside(Path("/etc")) == [Path("/tmp/a")]


@pytest.mark.parametrize(
    "line",
    [
        '7 openat(AT_FDCWD</run/cwd>, "/dev/null", O_RDWR) = 3</dev/null>',
        '7 openat(AT_FDCWD</run/cwd>, "a", O_WRONLY|O_CREAT, 0600) = -1 EACCES (Permission denied)',
        '7 openat(AT_FDCWD</run/cwd>, "O_CREAT", O_RDONLY|O_CLOEXEC) = 3</run/cwd/O_CREAT>',
    ],
    ids=["device", "failed", "reading"],
)
def test_what_changes_nothing_is_no_change(line: str) -> None:
    """Devices keep nothing, and what failed did nothing."""
    assert read_trace(line, CWD).changed == ()


def test_reading_is_told_apart() -> None:
    """It is a question of its own whose files were looked into."""
    trace = read_trace('7 openat(AT_FDCWD</run/cwd>, "/home/ada/.netrc", O_RDONLY) = 3</home/ada/.netrc>', CWD)
    assert trace.read_below(Path("/home/ada")) == [Path("/home/ada/.netrc")]
    assert trace.read_below(Path("/home/bob")) == []

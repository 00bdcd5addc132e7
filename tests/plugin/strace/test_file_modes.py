"""The mode of a file's first moment, as the system calls tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.checks.permissions import login_with_first_modes
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step
from pytest_auth_provider.strace.calls import MODES_TRACER, first_modes


def modes(trace: str, cwd: Path, *there: Path) -> dict[str, str]:
    """The first modes that a trace tells, below `cwd`."""
    found = first_modes(trace.replace("CWD", str(cwd)), cwd, there)
    return {path.name: f"{mode:04o}" for path, mode in found.items()}


@pytest.mark.parametrize(
    ("trace", "found"),
    [
        ('7 openat(AT_FDCWD<CWD>, "a", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3<CWD/a>', {"a": "0600"}),
        ('7 open("CWD/a", O_WRONLY|O_CREAT, 0666) = 3<CWD/a>', {"a": "0644"}),
        ('7 creat("a", 0640) = 3<CWD/a>', {"a": "0640"}),
        ('7 openat2(AT_FDCWD<CWD>, "a", {flags=O_CREAT, mode=0666, resolve=0}, 24) = 3<CWD/a>', {"a": "0644"}),
        ('7 openat(AT_FDCWD<CWD>, "a", O_RDONLY) = 3<CWD/a>', {}),
        ('7 openat(AT_FDCWD<CWD>, "a", O_WRONLY|O_CREAT, 0666) = -1 EACCES (Permission denied)', {}),
    ],
    ids=["openat", "open", "creat", "openat2", "reading", "failed"],
)
def test_every_way_to_create_a_file_is_understood(tmp_path: Path, trace: str, found: dict[str, str]) -> None:
    """A call that created nothing counts for nothing."""
    assert modes(trace, tmp_path) == found


def test_the_umask_is_honoured(tmp_path: Path) -> None:
    """That of the process itself, else the last one anybody set."""
    trace = """\
7 umask(077)                        = 022
8 umask(002)                        = 022
7 openat(AT_FDCWD<CWD>, "a", O_WRONLY|O_CREAT, 0666) = 3<CWD/a>
8 openat(AT_FDCWD<CWD>, "b", O_WRONLY|O_CREAT, 0666) = 3<CWD/b>
"""
    assert modes(trace, tmp_path) == {"a": "0600", "b": "0664"}


def test_a_file_keeps_its_first_mode_under_every_name(tmp_path: Path) -> None:
    """Written beside, moved into place, linked; and opened again."""
    trace = """\
7 openat(AT_FDCWD<CWD>, "a.tmp", O_WRONLY|O_CREAT, 0600) = 3<CWD/a.tmp>
7 rename("a.tmp", "CWD/a") = 0
7 openat(AT_FDCWD<CWD>, "a", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3<CWD/a>
7 openat(AT_FDCWD<CWD>, "b.tmp", O_WRONLY|O_CREAT, 0666) = 4<CWD/b.tmp>
7 renameat2(5<CWD>, "b.tmp", 5<CWD>, "b", RENAME_NOREPLACE) = 0
7 linkat(AT_FDCWD<CWD>, "b", AT_FDCWD<CWD>, "c", 0) = 0
"""
    assert modes(trace, tmp_path) == {"a": "0600", "b": "0644", "c": "0644"}


def test_a_file_that_was_there_is_not_created(tmp_path: Path) -> None:
    """Unless it is removed first."""
    opened = '7 openat(AT_FDCWD<CWD>, "{0}", O_WRONLY|O_CREAT, 0666) = 3<CWD/{0}>\n'
    trace = opened.format("a") + '7 unlink("b") = 0\n' + opened.format("b")
    assert modes(trace, tmp_path, tmp_path / "a", tmp_path / "b") == {"b": "0644"}


def test_interrupted_calls_and_odd_names_are_read(tmp_path: Path) -> None:
    """Two processes at once, and a name that is not ASCII."""
    trace = r"""
7 openat(AT_FDCWD<CWD>, "\303\251", O_WRONLY|O_CREAT, 0640 <unfinished ...>
8 openat(AT_FDCWD<CWD>, "b", O_WRONLY|O_CREAT, 0600) = 3<CWD/b>
7 <... openat resumed>) = 3<CWD/\303\251>
8 +++ exited with 0 +++
"""
    assert modes(trace, tmp_path) == {"é": "0640", "b": "0600"}


@pytest.mark.skipif(MODES_TRACER.program is None, reason="strace is not there, or may not look into other processes")
@pytest.mark.parametrize(
    ("write", "mode"), [("os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)", 0o600), ("open(path, 'w')", 0o644)]
)
def test_a_login_is_watched(tmp_path: Path, write: str, mode: int) -> None:
    """Whatever mode the file has in the end; and the login is one like any other."""
    script = tmp_path / "client.py"
    script.write_text(
        "import os, sys, urllib.parse, urllib.request\n"
        "token, path = sys.argv[1], os.path.expanduser('~/session')\n"
        f"{write}\n"
        "os.chmod(path, 0o600)\n"
        "form = urllib.parse.urlencode({'grant_type': 'client_credentials', 'client_id': 'c', 'client_secret': 's'})\n"
        "urllib.request.urlopen(token, form.encode()).read()\n"
    )
    adapter = Adapter("one", command=("{python}", str(script)), run={"login": (Step(("{token}",)),)})
    with Provider() as provider, Sandbox(tmp_path / "sandbox") as sandbox:
        found = login_with_first_modes(Client(adapter, sandbox, provider))
        assert found == {sandbox.home / "session": mode}


@pytest.mark.skipif(MODES_TRACER.program is None, reason="strace is not there, or may not look into other processes")
def test_a_client_is_not_killed_for_the_time_that_strace_takes(provider: Provider, sandbox: Sandbox) -> None:
    """It has its usual seconds many times over: what we do to it is not its fault."""
    form = "grant_type=client_credentials&client_id=c&client_secret=s"
    script = f"import sys, time, urllib.request as u; time.sleep(0.7); u.urlopen(sys.argv[1], b'{form}').read()"
    step = Step(("{token}",), timeout=0.5)
    client = Client(Adapter("one", command=("{python}", "-c", script), run={"login": (step,)}), sandbox, provider)
    assert client.attempt_login().timed_out
    assert login_with_first_modes(client) == {}

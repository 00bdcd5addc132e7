"""A sandbox holds nothing of the person who runs the tests, and knows what happens in it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from pytest_auth_provider.adapters.models import HomePlan
from pytest_auth_provider.clients.sandbox import Sandbox, copy_home, folder_of
from pytest_auth_provider.outcome import files
from pytest_auth_provider.outcome.files import DEEPEST, READ_LIMIT, FileChanges
from pytest_auth_provider.processes.runner import ChildProcess, Command
from tests.support.sandboxed import Start


def test_the_environment_is_scrubbed(start: Start, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that could sign a client in, proxy it or colour its output gets through."""
    for name in (
        "AWS_SECRET_ACCESS_KEY",
        "HTTPS_PROXY",
        "http_proxy",
        "CI",
        "GITHUB_TOKEN",
        "PYTHONPATH",
        "FORCE_COLOR",
    ):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    sandbox.variables["EXTRA"] = "given"
    ended = start("import json, os; print(json.dumps(dict(os.environ)))").wait()
    environment = json.loads(ended.stdout)
    home = sandbox.root / "home"
    assert environment.pop("PATH").split(os.pathsep)[0] == str(sandbox.root / "bin")
    assert environment.pop("AUTH_PROVIDER_SANDBOX") == f"{sandbox.id}/1"
    environment.pop("LD_LIBRARY_PATH", None)
    assert environment == {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_RUNTIME_DIR": str(sandbox.root / "run"),
        "TMPDIR": str(sandbox.root / "tmp"),
        "PWD": str(sandbox.root / "cwd"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "COLUMNS": "200",
        "PYTHONUNBUFFERED": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        "BROWSER": "true",
        "NO_PROXY": "127.0.0.1,localhost,::1",
        "no_proxy": "127.0.0.1,localhost,::1",
        "EXTRA": "given",
    }


def test_a_command_runs_in_its_own_directories(start: Start, sandbox: Sandbox) -> None:
    """The working directory and every directory of the environment exist, below the sandbox."""
    script = (
        "import os, tempfile; print(os.getcwd()); print(tempfile.gettempdir()); print(os.path.expanduser('~'))\n"
        "print(all(os.path.isdir(os.environ[n]) for n in os.environ if n.startswith('XDG_')))\n"
        "print(oct(os.stat(os.environ['XDG_RUNTIME_DIR']).st_mode & 0o777))"
    )
    lines = start(script).wait().stdout.splitlines()
    assert lines == [str(sandbox.cwd), str(sandbox.tmp), str(sandbox.home), "True", "0o700"]


def test_changes_are_told_by_content_and_mode(sandbox: Sandbox) -> None:
    """Created, changed and removed; a file that was written again with what it held did not change."""
    for name in ("same", "content", "mode", "gone", "touched"):
        (sandbox.home / name).write_text("x")
    before = sandbox.snapshot()
    (sandbox.home / "same").write_text("x")
    (sandbox.home / "content").write_text("y")
    (sandbox.home / "mode").chmod(0o600)
    (sandbox.home / "gone").unlink()
    os.utime(sandbox.home / "touched", (1, 1))
    (sandbox.cwd / "new").write_text("")
    changes = FileChanges.between(before, sandbox.snapshot())
    assert changes.created == (sandbox.cwd / "new",)
    assert changes.changed == (sandbox.home / "content", sandbox.home / "mode")
    assert changes.removed == (sandbox.home / "gone",)
    assert changes
    assert not FileChanges.between(before, before)


def test_a_change_within_one_tick_of_the_clock_is_seen(sandbox: Sandbox) -> None:
    """File times are coarse: two writes of the same size within a tick still differ."""
    file = sandbox.home / "token"
    for round_number in range(200):
        file.write_text(f"{round_number:04}a")
        before = sandbox.snapshot()
        file.write_text(f"{round_number:04}b")
        assert FileChanges.between(before, sandbox.snapshot()).changed == (file,)


def test_odd_files_are_passed_over(sandbox: Sandbox) -> None:
    """Links, sockets, pipes and files nobody can read disturb nothing."""
    (sandbox.home / "link").symlink_to("/etc/passwd")
    (sandbox.home / "loop").symlink_to(sandbox.home)
    (sandbox.home / "dangling").symlink_to("nowhere")
    os.mkfifo(sandbox.home / "pipe")
    directory = os.open(sandbox.home, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"/proc/self/fd/{directory}/socket" if Path("/proc/self/fd").exists() else "socket")
    os.close(directory)
    (sandbox.home / "closed").touch(mode=0)
    assert [path.name for path in sandbox.snapshot()] == ["closed"]


def test_a_prepared_home_is_copied_as_planned(tmp_path: Path) -> None:
    """`reset` paths are left out, the rest is a copy of its own with its modes; nothing of it counts as touched."""
    prepared = tmp_path / "prepared"
    (prepared / "tool/auth").mkdir(parents=True)
    (prepared / "tool/auth/session").write_text("old")
    (prepared / "tool/cache").write_text("warm")
    (prepared / "tool/cache").chmod(0o600)
    (prepared / "tool/link").symlink_to("cache")
    os.mkfifo(prepared / "pipe")
    with Sandbox(tmp_path / "s", prepared, HomePlan(reset=("tool/auth",))) as sandbox:
        assert sorted(path.name for path in (sandbox.home / "tool").iterdir()) == ["cache", "link"]
        copy = sandbox.home / "tool/cache"
        assert (copy.stat().st_mode & 0o777, copy.stat().st_nlink) == (0o600, 1)
        assert not (sandbox.home / "pipe").exists()
        before = sandbox.snapshot()
        assert copy in before
        assert list(sandbox.touched_files()) == []
        copy.write_text("hot!")
        assert FileChanges.between(before, sandbox.snapshot()).changed == (copy,)
        assert [path for path, _status in sandbox.touched_files()] == [copy]
    assert (prepared / "tool/cache").read_text() == "warm"


def test_only_what_is_to_be_kept_is_copied(tmp_path: Path) -> None:
    """With `keep`, nothing else comes along."""
    prepared = tmp_path / "prepared"
    for name in ("a/b/file", "a/other", "c"):
        (prepared / name).parent.mkdir(parents=True, exist_ok=True)
        (prepared / name).write_text(name)
    with Sandbox(tmp_path / "s", prepared, HomePlan(keep=("a/b",))) as sandbox:
        assert [path.relative_to(sandbox.home) for path, _status in sandbox.files()] == [Path("a/b/file")]


NESTED = """
import os
for place in (os.environ["HOME"], os.environ["TMPDIR"]):
    os.chdir(place)
    for _ in range(3000):
        os.mkdir("{name}")
        os.chdir("{name}")
        open("token", "w").close()
"""


@pytest.mark.parametrize("name", ["d", "long" * 20])
def test_endless_folders_are_left_out_and_removed(tmp_path: Path, name: str) -> None:
    """Python's recursion ends before they do, and so do paths; whoever removes the sandbox later would fail."""
    with Sandbox(tmp_path / "s") as sandbox:
        mark = sandbox.environment(sandbox.new_mark())
        script = NESTED.format(name=name)
        ended = ChildProcess(Command((sys.executable, "-S", "-c", script), mark, sandbox.cwd, 60)).wait()
        assert (ended.exit_code, ended.stderr) == (0, "")
        assert 20 < len(sandbox.snapshot()) <= 2 * DEEPEST
        assert sandbox.overlooked == {f"folders below {DEEPEST} others"}
        copy_home(sandbox.home, tmp_path / "copy", HomePlan())
    shutil.rmtree(sandbox.root)
    shutil.rmtree(tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_of_too_many_files_the_rest_is_said(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones are looked at."""
    monkeypatch.setattr(files, "MOST_FILES", 5)
    for number in range(9):
        (sandbox.home / str(number)).touch()
    assert [path.name for path in sandbox.snapshot()] == ["0", "1", "2", "3", "4"]
    assert sandbox.overlooked == {"files beyond the first 5"}


def test_a_sparse_file_is_not_read_to_its_end(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty GiB of nothing would take minutes. That it was written is seen all the same."""
    path = sandbox.home / "sparse"
    with path.open("wb") as file:
        file.truncate(20 * 1024**3)
    before = sandbox.snapshot()
    assert sandbox.snapshot() == before
    with path.open("r+b") as file:
        file.seek(2 * READ_LIMIT)
        file.write(b"token")
    assert FileChanges.between(before, sandbox.snapshot()).changed == (path,)


ODD_NAMES = [
    "..",
    ".",
    "",
    "a/b",
    "../../x",
    "/etc",
    "a\0b",
    "a\nb",
    "%2E%2E",
    "x" * 300,
    "x" * 301,
    "\u202e",
    "con ",
    "é",
]


def test_every_client_has_a_folder(tmp_path: Path) -> None:
    """Whatever an adapter calls it: a folder of its own, and below the directory that is ours."""
    folders = [tmp_path / folder_of(name) for name in ODD_NAMES]
    for folder in folders:
        folder.mkdir()
    assert {folder.resolve().parent for folder in folders} == {tmp_path.resolve()}
    assert len(list(tmp_path.iterdir())) == len(ODD_NAMES)


def test_a_usual_name_is_the_folder() -> None:
    """People look there."""
    assert [folder_of(name) for name in ("spec-kitty", "a.b_c 2")] == ["spec-kitty", "a.b_c 2"]

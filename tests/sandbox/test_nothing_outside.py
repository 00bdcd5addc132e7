"""Nothing outside the sandbox is touched: by the difference in a home, and by the system calls of a whole run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox import home as homes
from tests.sandbox.traced import TRACER, traced

needs_strace = pytest.mark.skipif(TRACER.program is None, reason="strace is not there, or may not look into processes")

ACTIONS = "created_0600 or atomic or warm_cache or (transient_keeps and 503) or local_cleanup or no_secret"
"""Contracts that sign in, use, refresh, damage and sign out; none that takes long."""

TOY = """
[clients.toy]
command = ["sh", "-c", '''{script}''']
run.login = "login"
"""


class Run:
    """A whole run of pytest by somebody with a home, in an empty directory below a temporary one of its own."""

    def __init__(self, place: Path) -> None:
        self.home, self.tmp = place / "home", place / "tmp"
        self.cwd = self.tmp / "cwd"
        for directory in (self.home, self.tmp, self.cwd):
            directory.mkdir()
        homes.furnish(self.home)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PYTEST_"))}
        self.env = {**kept, "HOME": str(self.home), "TMPDIR": str(self.tmp), "PYTHONDONTWRITEBYTECODE": "1"}

    def command(self, *arguments: str) -> list[str]:
        """How it is started."""
        return [sys.executable, "-m", "pytest", "--auth-provider", "-q", "-p", "no:cacheprovider", *arguments]

    def check(self, *arguments: str) -> str:
        """Check contracts; what was printed."""
        command = self.command(*arguments)
        done = subprocess.run(command, cwd=self.cwd, env=self.env, capture_output=True, text=True, check=False)
        return done.stdout


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """One that is about to begin."""
    return Run(tmp_path)


@pytest.mark.parametrize("client", ["reference", "reference-in-process"])
def test_a_home_is_afterwards_what_it_was(run: Run, client: str) -> None:
    """Not a file more or less, none with another content, mode or time; and the working directory stays empty."""
    before = homes.state(run.home)
    assert "kept" in (printed := run.check("--auth-client", client, "-k", ACTIONS)), printed
    assert homes.state(run.home) == before
    assert list(run.cwd.iterdir()) == []


def test_a_client_that_looks_for_its_home_finds_the_sandbox(run: Run) -> None:
    """By `~`, by HOME and by the XDG directories; it writes wherever these say."""
    write = "; ".join(f"mkdir -p {place}/.toy && echo canary > {place}/.toy/session.json" for place in PLACES)
    (run.cwd / "auth-provider.toml").write_text(TOY.format(script=write))
    before = homes.state(run.home)
    run.check("--auth-client", "toy", "-k", "no_secret", "--auth-no-profile")
    written = list(run.tmp.rglob("session.json"))
    assert len(written) == len(PLACES)
    assert homes.state(run.home) == before


PLACES = ("~", "$HOME/again", "$XDG_CONFIG_HOME", "$XDG_DATA_HOME", "$XDG_STATE_HOME", "$XDG_CACHE_HOME", "$TMPDIR")


def test_a_client_that_writes_to_a_home_it_was_not_given_is_noticed(run: Run) -> None:
    """What the comparison is worth: nobody can hold back a path that a program has built in."""
    (run.cwd / "auth-provider.toml").write_text(TOY.format(script=f"echo gone > {run.home}/.netrc"))
    before = homes.state(run.home)
    run.check("--auth-client", "toy", "-k", "no_secret")
    after = homes.state(run.home)
    assert [name for name in before if after.get(name) != before[name]] == [".netrc"]


@needs_strace
def test_every_change_of_a_run_is_in_its_temporary_directory(run: Run, tmp_path: Path) -> None:
    """Of pytest, the provider, the client and all it starts; and nobody looks into a file of that home."""
    command = run.command("--auth-client", "reference", "-k", ACTIONS)
    trace, printed = traced(command, run.cwd, run.env, tmp_path / "trace")
    assert "kept" in printed, printed
    assert len(trace.changed) > 100  # a run that changes nothing proves nothing
    assert trace.changed_outside(run.tmp) == []
    assert trace.read_below(run.home) == []
    assert list(run.cwd.iterdir()) == []


@needs_strace
def test_a_client_that_writes_elsewhere_is_named(run: Run, tmp_path: Path) -> None:
    """What the trace is worth: a single file is found among all the rest, and one that was read in the home, too."""
    elsewhere = tmp_path / "elsewhere"
    script = f"echo gone > {elsewhere}; cat {run.home}/.netrc"
    (run.cwd / "auth-provider.toml").write_text(TOY.format(script=script))
    command = run.command("--auth-client", "toy", "-k", "no_secret")
    trace, _printed = traced(command, run.cwd, run.env, tmp_path / "trace")
    assert trace.changed_outside(run.tmp) == [elsewhere]
    assert trace.read_below(run.home) == [run.home / ".netrc"]

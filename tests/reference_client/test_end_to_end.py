"""The real program against the real provider."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakeprovider import Provider

Run = Callable[..., "subprocess.CompletedProcess[str]"]
PROGRAM = (sys.executable, "-m", "reference_client")


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that approves at once."""
    with Provider(device_interval=0) as provider:
        yield provider


@pytest.fixture
def environment(provider: Provider, tmp_path: Path) -> dict[str, str]:
    """An environment in which everything is known."""
    return {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "AUTH_REFERENCE_ISSUER": provider.issuer,
        "AUTH_REFERENCE_API": provider.api,
    }


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run one command as a process of its own."""

    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        command = [*PROGRAM, *argv]
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_a_day_in_the_life_of_a_session(provider: Provider, run: Run) -> None:
    """Sign in, use, refresh, look, sign out; no secret is said on the way."""
    said = []
    for argv in (
        ("login", "--device", "--no-browser"),
        ("use", "things"),
        ("use", "--stack", "blue"),
        ("use", "--stack", "blue"),
        ("status",),
        ("doctor", "--server"),
        ("logout",),
    ):
        done = run(*argv)
        assert (done.returncode, done.stderr) == (0, "")
        said.append(done.stdout)
    assert "signed in as" in said[0]
    assert "session revoked" in said[-1]
    shown = "".join(said)
    assert not [secret for secret in provider.secrets if secret.value in shown and secret.kind != "user_code"]
    assert run("use").returncode == 1


def test_five_processes_refresh_once(provider: Provider, environment: dict[str, str], tmp_path: Path, run: Run) -> None:
    """Spec-kitty: strict rotation, one store; all succeed and nobody is signed out."""
    provider.access_token_lifetime = 1
    assert run("login", "--device", "--no-browser").returncode == 0
    provider.access_token_lifetime = 3600
    command = [*PROGRAM, "use"]
    crowd = [
        subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(5)
    ]
    errors = [one.communicate()[1] for one in crowd]
    assert [(one.returncode, error) for one, error in zip(crowd, errors, strict=True)] == [(0, b"")] * 5
    assert len(list(provider.journal.where(grant="refresh_token"))) == 1


def test_an_interrupt_while_polling_leaves_nothing(
    provider: Provider, environment: dict[str, str], tmp_path: Path
) -> None:
    """Ctrl-C once the code is shown: exit code 130, one word, no credential."""
    provider.user.ignores()
    command = [*PROGRAM, "login", "--device", "--no-browser"]
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as login:
        assert login.stdout is not None
        while "Waiting" not in login.stdout.readline():
            pass
        login.send_signal(signal.SIGINT)
        _, error = login.communicate()
    assert (login.returncode, error) == (130, "auth-reference: cancelled\n")
    assert not list(tmp_path.rglob("*.json"))

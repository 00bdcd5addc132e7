"""Clocks that move: by the means a client allows, found out and not assumed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import AdapterError, Client, Sandbox, load_adapter
from pytest_auth_provider.clock import faketime
from pytest_auth_provider.clock.strategies import SHIM
from pytest_auth_provider.scenario import NotApplicable
from tests.support.sandboxed import Make

DAY = 86_400.0


def clocks(client: Client) -> list[float]:
    """What the tool takes for the time, asked in every way; the last one only measures."""
    return [float(word) for word in client.run("x-time").stdout.split()]


def test_a_python_program_is_moved_by_the_shim(as_process: Make, provider: Provider) -> None:
    """Every way to ask for the time agrees; clocks that only measure stay as they are."""
    client = as_process()
    assert client.clock.strategy == "python"
    client.clock.advance(DAY)
    *walls, monotonic = clocks(client)
    assert walls == [pytest.approx(provider.clock.now(), abs=30)] * 5
    assert monotonic == pytest.approx(time.monotonic(), abs=30)


def test_sleeps_add_up(as_process: Make, provider: Provider) -> None:
    """For client and provider alike."""
    client = as_process()
    client.clock.advance(DAY)
    client.clock.advance(DAY)
    assert provider.clock.advanced == 2 * DAY
    assert clocks(client)[0] == pytest.approx(provider.clock.now(), abs=30)


def test_the_shim_runs_the_sitecustomize_it_hides(tmp_path: Path) -> None:
    """And a missing one is no error."""
    (tmp_path / "sitecustomize.py").write_text("import time\nprint('hidden', time.time() - 86400 < 0)\n")
    variables = {**os.environ, "AUTH_PROVIDER_TIME_OFFSET": "-4e9", "PYTHONPATH": f"{SHIM}{os.pathsep}{tmp_path}"}
    printed = subprocess.run([sys.executable, "-c", "pass"], env=variables, capture_output=True, text=True, check=True)
    assert (printed.stdout, printed.stderr) == ("hidden True\n", "")


def test_moved_dates_are_dates(tmp_path: Path) -> None:
    """Values made before, by pickle or in C, are instances still; arithmetic and time zones work."""
    script = (
        "import datetime as d, pickle; n = d.datetime.now(d.timezone.utc); "
        "assert isinstance(n, d.datetime) and isinstance(n, d.date); "
        "assert isinstance(n + d.timedelta(1), d.datetime); "
        "assert pickle.loads(pickle.dumps(n)) == n; "
        "assert isinstance(d.date.today(), d.date) and not isinstance(d.date.today(), d.datetime); "
        "assert d.datetime.now().date() == d.date.today() == d.datetime.today().date(); "
        "assert isinstance(d.datetime.strptime('2020', '%Y'), d.datetime); print(n.year)"
    )
    variables = {**os.environ, "AUTH_PROVIDER_TIME_OFFSET": str(366 * DAY * 10), "PYTHONPATH": str(SHIM)}
    printed = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=False)
    assert (printed.stderr, printed.returncode) == ("", 0)
    assert int(printed.stdout) >= 2034


def test_moved_functions_are_no_methods() -> None:
    """Logging keeps `time.localtime` as an attribute of a class: it must not be handed the instance there."""
    script = "import logging, os; logging.basicConfig(format='%(asctime)s'); logging.warning(''); os.stat('.')"
    variables = {**os.environ, "AUTH_PROVIDER_TIME_OFFSET": str(366 * DAY * 10), "PYTHONPATH": str(SHIM)}
    printed = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=True)
    assert int(printed.stderr[:4]) >= 2034, printed.stderr


def test_a_program_that_cannot_be_moved_is_told_apart(make: Make) -> None:
    """The contract does not apply, and why is said; nothing was moved."""
    client = make('[clients.tool]\ncommand = "sh -c true"\nrun = { login = "x" }')
    assert client.clock.strategy == "tokens"
    with pytest.raises(NotApplicable, match="the clock of tool cannot be moved: it has no version or help command"):
        client.clock.advance(DAY)
    assert client.provider.clock.advanced == 0


def test_a_means_that_is_named_must_work(as_process: Make, tool: Path, make: Make) -> None:
    """The adapter insisted on it."""
    client = make(f"""
        [clients.tool]
        command = ["{sys.executable}", "-I", "-S", "{tool}"]
        version = "calls"
        time = "python"
        run = {{ login = "calls" }}
    """)
    with pytest.raises(AdapterError, match='time = "python" does not work for "tool": it does not run sitecustomize'):
        _ = client.clock.strategy


def test_tokens_can_be_chosen(as_process: Make) -> None:
    """For a client that minds being moved."""
    assert as_process('time = "tokens"').clock.strategy == "tokens"


@pytest.mark.skipif(faketime.library() is None, reason="libfaketime is not installed")
def test_libfaketime_moves_a_program_that_asks_libc(make: Make, provider: Provider) -> None:
    """Nothing of ours is inside of it."""
    client = make("""
        [clients.tool]
        command = "date"
        version = "--version"
        run = { login = "+%s", x-time = "+%s" }
    """)
    assert client.clock.strategy == "faketime"
    client.clock.advance(DAY)
    assert clocks(client)[0] == pytest.approx(provider.clock.now(), abs=30)


def test_a_program_is_looked_at_before_libfaketime_is_trusted(tmp_path: Path) -> None:
    """What is linked statically, written in Go or no program at all would not notice."""
    elf = Path(sys.executable).resolve().read_bytes()
    static = tmp_path / "static"
    static.write_bytes(elf[:56] + b"\0\0" + elf[58:])
    go = tmp_path / "go"
    go.write_bytes(elf[:4096] + b'\xff Go build ID: "x"')
    text = tmp_path / "text"
    text.write_text("hello")
    script = tmp_path / "script"
    script.write_text(f"#!{static}\n")
    assert faketime.why_not(Path(shutil.which("date") or "/bin/date")) == ""
    assert faketime.why_not(static) == "it is linked statically"
    assert faketime.why_not(script) == "it is linked statically"
    assert faketime.why_not(go).startswith("Go asks the kernel")
    assert faketime.why_not(text) == "it is no ELF program"


@pytest.mark.parametrize("name", ["reference", "reference-in-process"])
def test_an_access_token_expires_by_time(sandbox: Sandbox, provider: Provider, name: str) -> None:
    """The session stays the same one, as it would after an hour."""
    client = Client(load_adapter(name, Path.cwd()), sandbox, provider)
    client.login()
    logins = provider.journal.count(grant="device_code")
    client.clock.advance(provider.access_token_lifetime + 1)
    assert provider.journal.count(grant="device_code") == logins
    outcome = client.use()
    assert outcome.ok
    assert provider.journal.count(grant="refresh_token") == 1

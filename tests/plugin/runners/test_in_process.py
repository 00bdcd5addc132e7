"""A Python client in this process behaves as it would in one of its own."""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import AdapterError, Client, Sandbox, load_adapter
from tests.support.sandboxed import Make


def test_it_finds_the_world_of_a_process(in_process: Client, sandbox: Sandbox) -> None:
    """Arguments, directory, HOME, umask and an empty standard input are those of the sandbox."""
    outcome = in_process.run("x-world")
    assert outcome.stdout.split() == ["kindly_tool", str(sandbox.cwd), str(sandbox.home), "0o22"]


def test_our_own_world_is_left_alone(in_process: Client) -> None:
    """Whatever it does to directory, environment, umask and streams ends with the call."""
    before = Path.cwd(), dict(os.environ), sys.argv[:], sys.stdout
    in_process.run("x-disturb")
    assert (Path.cwd(), dict(os.environ), sys.argv[:], sys.stdout) == before
    umask = os.umask(0o022)
    os.umask(umask)
    assert umask != 0
    assert "kindly_tool" not in sys.modules


def test_every_call_starts_anew(in_process: Client) -> None:
    """What the module keeps in its variables is forgotten, as a process forgets it."""
    assert [in_process.run("x-calls").stdout for _ in range(2)] == ["1\n", "1\n"]


@pytest.mark.parametrize(
    ("end", "code", "stderr"), [("None", 0, ""), ("3", 3, ""), ("256", 0, ""), ("'sorry'", 1, "sorry\n")]
)
def test_an_exit_is_an_exit_code(in_process: Client, end: str, code: int, stderr: str) -> None:
    """As the interpreter makes one of it."""
    outcome = in_process.run("x-exit", end)
    assert (outcome.exit_code, outcome.stderr, outcome.crash) == (code, stderr, None)


def test_an_exception_is_a_crash(in_process: Client) -> None:
    """With the traceback a person would have seen, of the client's frames alone."""
    outcome = in_process.run("x-crash")
    assert (outcome.exit_code, outcome.crash) == (1, "Python traceback")
    assert "pytest_auth_provider" not in outcome.stderr.replace("launch.py", "")
    assert outcome.stderr.endswith("ValueError: nobody caught me\n")


def test_descriptors_are_heard(in_process: Client) -> None:
    """Not only what goes through `sys.stdout`."""
    assert in_process.run("x-descriptor").stdout.splitlines() == ["through the descriptor", "by a child"]


def test_it_ends_in_time(in_process: Client) -> None:
    """A call that hangs is ended, though it catches every `Exception`."""
    outcome = in_process.run("x-hang")
    assert outcome.timed_out


def test_a_flood_is_bounded(in_process: Client) -> None:
    """The beginning and the end are kept."""
    outcome = in_process.run("x-flood")
    assert outcome.truncated
    assert len(outcome.stdout) < 5_000_000


def test_what_it_leaves_running_is_ended(in_process: Client) -> None:
    """And named."""
    (left,) = in_process.run("x-leave").leftovers
    assert left.endswith("sleep 60")


def test_what_runs_apart_is_a_process(in_process: Client) -> None:
    """There is only one of this one."""
    running = in_process.start("x-calls")
    assert running.pid != os.getpid()
    assert running.wait().stdout == "1\n"


def test_arguments_are_given_to_whom_insists(make: Make, tool: Path) -> None:
    """An entry point with a parameter gets what `sys.argv` holds, and what it returns is the exit code."""
    client = make("""
        [clients.tool]
        kind = "python"
        entry = "kindly_tool:with_arguments"
        run = { login = { args = "a b", exit = 3 } }
    """)
    outcome = client.attempt_login()
    assert (outcome.stdout, outcome.exit_code) == ("a b\n", 3)
    assert client.start("login").wait().stdout == "a b\n"


def test_both_clocks_move_once(in_process: Client, provider: Provider) -> None:
    """The provider lives in the same process, and is not moved twice."""
    assert in_process.clock.strategy == "freezegun"
    in_process.clock.advance(86_400)
    moved = float(in_process.run("x-time").stdout.split()[0])
    assert provider.clock.advanced == 86_400
    assert moved == pytest.approx(provider.clock.now(), abs=30)
    in_process.clock.advance(-86_400)
    assert float(in_process.run("x-time").stdout.split()[0]) == pytest.approx(provider.clock.now(), abs=30)


def test_the_reference_client_signs_in_refreshes_and_signs_out(sandbox: Sandbox, provider: Provider) -> None:
    """A whole session in this process, over a real socket."""
    client = Client(load_adapter("reference-in-process", Path.cwd()), sandbox, provider)
    client.login()
    assert client.use().ok
    client.clock.advance(provider.access_token_lifetime + 1)
    refreshed = client.use()
    assert refreshed.ok
    assert [e.grant for e in refreshed.exchanges if e.grant] == ["refresh_token"]
    assert client.logout().ok
    assert not client.holds_credentials()


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ('kind = "perl"', 'kind: expected "process" or "python" or "stdio"; got "perl" (a string)'),
        ('kind = "python"', 'entry: missing; say what is called, such as entry = "mytool.cli:main"'),
        (
            'kind = "python"\nentry = "tool"',
            'entry: expected an entry point, such as "mytool.cli:main"; got "tool"',
        ),
        ('entry = "a:b"', 'entry: only for kind = "python"; this client is of kind "process"'),
        ('command = "x"\ntime = "later"', None),
    ],
)
def test_what_is_wrong_is_said(make: Make, keys: str, complaint: str | None) -> None:
    """With the key, what is there and what is accepted."""
    with pytest.raises(AdapterError) as error:
        make(f'[clients.tool]\nrun = {{ login = "calls" }}\n{keys}')
    assert str(error.value).startswith(f"auth-provider.toml: clients.tool.{complaint or 'time: expected'}")


def test_the_reference_client_is_one_client() -> None:
    """Its two presets differ in nothing but how it runs."""
    one, other = (load_adapter(name, Path.cwd()) for name in ("reference", "reference-in-process"))
    how = {"name", "source", "command", "kind", "entry", "start"}
    assert {f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name)} == how

"""Clients in sandboxes: what tests of the plugin put together to run one."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil

from fakeprovider import Provider
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step, load_adapter
from pytest_auth_provider.clients.environment import Environment
from pytest_auth_provider.processes.runner import ChildProcess, Command
from pytest_auth_provider.processes.tree import describe_process
from pytest_auth_provider.processes.warm.fork_servers import FORK_SERVERS

TOY = str(Path(__file__).with_name("toy_client.py"))

Start = Callable[..., ChildProcess]
"""Starts a Python script: `start("print()", timeout=1)`."""
NewClient = Callable[[Adapter, Provider], Client]
"""Makes a client in a sandbox of its own."""
Make = Callable[..., Client]
"""Makes a client; what it takes is said by the fixture `make` of each folder."""


@contextmanager
def no_new_processes() -> Iterator[None]:
    """Fail where a child process that was started inside the block outlives it; one that is ending has 5 seconds.

    What an older child starts, as the browser that all tests share does whenever it likes, is not of this block.
    """
    older = _living_children()
    yield
    FORK_SERVERS.close()  # they are kept for the next command, and there is none
    until = time.monotonic() + 5
    while (left := _new_children(older)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not left, f"outlived the test: {', '.join(map(describe_process, left))}"


def _new_children(older: set[psutil.Process]) -> list[psutil.Process]:
    new = []
    for child in _living_children() - older:
        with suppress(psutil.Error):
            if older.isdisjoint(child.parents()):
                new.append(child)
    return new


def _living_children() -> set[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return {child for child in children if child.is_running() and not _is_over(child)}


def _is_over(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def script_starter(sandbox: Sandbox) -> Start:
    """Return a function that starts Python scripts in `sandbox`."""

    def start(script: str, timeout: float = 60.0, stdin: str | None = None) -> ChildProcess:
        environment = sandbox.environment(sandbox.new_mark())
        return ChildProcess(Command((sys.executable, "-S", "-c", script), environment, sandbox.cwd, timeout, stdin))

    return start


@contextmanager
def client_in_sandbox(adapter: Adapter, directory: Path, provider: Provider) -> Iterator[Client]:
    """Yield the client of `adapter` in a new sandbox at `directory`, with browser, network and disk around it."""
    with Sandbox(directory) as sandbox, Environment(adapter, sandbox, provider) as environment:
        yield Client(adapter, sandbox, provider, None, environment)


def client_of_file(adapter: str, directory: Path, sandbox: Sandbox, provider: Provider) -> Client:
    """Write `adapter`, the text of an adapter file, to `directory` and return its client `tool`."""
    (directory / "auth-provider.toml").write_text(textwrap.dedent(adapter), encoding="utf-8")
    return Client(load_adapter("tool", directory), sandbox, provider)


def changed(adapter: Adapter, changes: dict[str, object]) -> Adapter:
    """Return `adapter` with other fields."""
    return replace(adapter, **changes)  # type: ignore[arg-type]  # any field may change


def toy_adapter(*actions: str, **changes: object) -> Adapter:
    """Return the adapter of `toy_client.py` with these actions; `x-say` runs what the client calls `say`."""
    adapter = Adapter(
        "toy",
        command=("{python}", "-S", TOY),
        run={name: (Step((name.removeprefix("x-"),)),) for name in actions},
        env={"TOY_ISSUER": "{issuer}", "TOY_API": "{api}"},
        source="auth-provider.toml: clients.toy",
    )
    return changed(adapter, changes)

"""A tool with an entry point that does as it is told, as a module, as a process, and as a client in this process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import Client, Sandbox
from tests.support.sandboxed import Make, client_of_file

TOOL = """
import datetime, os, subprocess, sys, time

calls = []

def main():
    calls.append(1)
    action, *rest = sys.argv[1:]
    if action == "calls":
        print(len(calls))
    elif action == "world":
        print(sys.argv[0], os.getcwd(), os.environ.get("HOME"), oct(os.umask(0o022)), sys.stdin.read())
    elif action == "exit":
        sys.exit(eval(rest[0]))
    elif action == "crash":
        raise ValueError("nobody caught me")
    elif action == "descriptor":
        os.write(1, b"through the descriptor\\n")
        subprocess.run(["echo", "by a child"])
    elif action == "hang":
        try:
            time.sleep(60)
        except Exception:
            time.sleep(60)
    elif action == "flood":
        sys.stdout.write("x" * 6_000_000)
    elif action == "leave":
        subprocess.Popen(["sleep", "60"])
    elif action == "disturb":
        os.chdir("/"); os.umask(0); os.environ.clear(); sys.argv[:] = []; sys.stdout.close()
    elif action == "time":
        print(time.time(), time.time_ns() / 1e9, datetime.datetime.now().timestamp(),
              datetime.datetime.now(datetime.timezone.utc).timestamp(), time.mktime(time.localtime()),
              time.monotonic())
    elif action == "write":
        with open(rest[0], "w") as file:
            file.write("x" * 100_000)
    return None

def with_arguments(argv):
    print(*argv)
    return 3

if __name__ == "__main__":
    main()
"""
"""A tool with an entry point, that does as it is told."""

ACTIONS = ("calls", "world", "exit", "crash", "descriptor", "hang", "flood", "leave", "disturb", "time")


@pytest.fixture
def make(tmp_path: Path, sandbox: Sandbox, provider: Provider) -> Make:
    """Make the client `tool` of an adapter file."""
    return lambda adapter: client_of_file(adapter, tmp_path, sandbox, provider)


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tool, as a module that can be imported."""
    path = tmp_path / "site" / "kindly_tool.py"
    path.parent.mkdir()
    path.write_text(TOOL, encoding="utf-8")
    monkeypatch.syspath_prepend(str(path.parent))
    return path


@pytest.fixture
def in_process(make: Make, tool: Path) -> Client:
    """The tool as a client in this process."""
    actions = ", ".join(f'x-{name} = "{name}"' for name in ACTIONS)
    return make(f"""
        [clients.tool]
        kind = "python"
        entry = "kindly_tool:main"
        timeout = 2
        run = {{ login = "calls", {actions} }}
    """)


@pytest.fixture
def as_process(make: Make, tool: Path) -> Make:
    """The tool as processes; more of its adapter may be said."""

    def processes(more: str = "") -> Client:
        return make(f"""
            [clients.tool]
            command = ["{sys.executable}", "{tool}"]
            version = "calls"
            {more}
            run = {{ login = "calls", x-time = "time", x-write = "write" }}
        """)

    return processes

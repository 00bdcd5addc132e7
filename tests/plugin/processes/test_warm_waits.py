"""Commands that start warm under a contract: each tells of its own waits, which are skipped, and has its own clock."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step
from pytest_auth_provider.clients.environment import Environment
from pytest_auth_provider.processes.warm.fork_servers import FORK_SERVERS

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="commands are forked on Linux alone")

LIBRARY = """
import json, os, sys, threading, time
IMPORTED = {"by": os.getpid()}
def main():
    if sys.argv[1:] == ["--version"]:
        print("tool 1.0")
        return
    before = time.time(), time.monotonic()
    time.sleep(20)
    threading.Event().wait(20)
    passed = [time.time() - before[0], time.monotonic() - before[1]]
    print(json.dumps({"warm": IMPORTED["by"] != os.getpid(), "passed": passed, "began": before[0]}))
"""


@pytest.fixture
def client(tmp_path: Path, sandbox: Sandbox, provider: Provider) -> Iterator[Client]:
    """A client whose login waits for 40 seconds; it starts warm, and its waits are skipped."""
    (tmp_path / "lib.py").write_text(LIBRARY, encoding="utf-8")
    script = tmp_path / "tool.py"
    script.write_text("from lib import main\nmain()\n", encoding="utf-8")
    command, run = ("{python}", str(script)), {"login": (Step(("wait",)),)}
    adapter = Adapter("tool", command=command, run=run, version=("--version",), start="warm", timeout=90)
    with Environment(adapter, sandbox, provider, skips_waits=True) as environment:
        yield Client(adapter, sandbox, provider, None, environment)
    FORK_SERVERS.close()


def test_the_waits_of_warm_commands_are_skipped(client: Client, provider: Provider) -> None:
    """One after the other, all from one fork server, though the clock of each begins where that of another ended."""
    started, earlier = provider.clock.now(), 0.0
    for number in range(1, 4):
        outcome = client.attempt_login()
        assert outcome.ok, outcome.describe()
        told = json.loads(outcome.stdout)
        assert told["warm"], FORK_SERVERS.problems()
        assert told["passed"] == [pytest.approx(40, abs=5)] * 2
        assert outcome.skipped == pytest.approx(40, abs=5)
        assert told["began"] >= earlier
        assert told["began"] == pytest.approx(started + 40 * (number - 1), abs=10)
        earlier = told["began"] + told["passed"][0]
    assert provider.clock.skipped == pytest.approx(120, abs=15)
    assert len(FORK_SERVERS._recent) == 1


def test_a_clock_that_was_moved_is_moved_in_the_fork(client: Client, provider: Provider) -> None:
    """An hour ahead, from the fork server that was there before."""
    first = json.loads(client.attempt_login().stdout)
    client.clock.advance(3600)
    later = json.loads(client.attempt_login().stdout)
    assert first["warm"]
    assert later["warm"]
    assert later["began"] - first["began"] == pytest.approx(3640, abs=20)
    assert len(FORK_SERVERS._recent) == 1

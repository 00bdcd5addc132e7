"""A real browser, where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from fakeprovider import Provider
from pytest_auth_provider.browser.chromium import PROGRAMS
from pytest_auth_provider.clients import ClientError
from tests.support.sandboxed import Make


@pytest.mark.skipif(not any(map(shutil.which, PROGRAMS)), reason="Chromium is not installed")
def test_a_real_browser_signs_in(make: Make, provider: Provider) -> None:
    """It runs scripts, too: a form post needs one. The visit has the page it ended on."""
    client = make("open", real_browser=True)
    client.login()
    visit = client.browser.last
    assert "Return to the terminal." in visit.page
    assert (visit.done, visit.hops) == (True, [])
    exchange = next(exchange for exchange in provider.journal if exchange.endpoint == "authorization")
    assert "Chrome" in dict(exchange.request_headers)["User-Agent"]
    assert client.egress == []


VISITING = """
import sys
from pathlib import Path
from pytest_auth_provider.browser.chromium import Chromium
from pytest_auth_provider.browser.visit import Decision, Visit

Chromium(Path(sys.argv[1]))(Visit("http://127.0.0.1:9/", "opened", None), Decision())
"""
NEVER_ENDS = f"""#!{sys.executable}
import os, time
from pathlib import Path

Path(os.environ["HOME"], "pid").write_text(f"{{os.getpid()}}\\n")
time.sleep(600)
"""


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something holds within that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.005)
    return False


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or dead and not collected yet."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone hands orphans to an ancestor")
def test_it_does_not_outlive_pytest(tmp_path: Path) -> None:
    """SIGKILL leaves pytest no time to close it."""
    program = tmp_path / "bin" / PROGRAMS[0]
    program.parent.mkdir()
    program.write_text(NEVER_ENDS)
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    like_pytest = subprocess.Popen([sys.executable, "-c", VISITING, str(tmp_path / "profiles")], env=environment)
    told = tmp_path / "profiles" / "1" / "pid"
    assert within(30, lambda: told.exists() and told.read_text().endswith("\n")), "no browser started"
    pid = int(told.read_text())
    assert not has_ended(pid)
    like_pytest.kill()
    like_pytest.wait()
    assert within(30, lambda: has_ended(pid)), "it outlived pytest"


def test_a_missing_browser_is_explained(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What to install, or to leave out."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClientError, match=r"needs one of chromium, .* install chromium, or leave the key out"):
        make("open", real_browser=True)

"""A real browser for pages with scripts: headless Chromium, as Debian installs it."""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path

from pytest_auth_provider.browser.http import READ_SECONDS, split_url
from pytest_auth_provider.browser.visit import Decision, Visit
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.processes.runner import ChildProcess, Command
from pytest_auth_provider.processes.tree import MARKER

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
"""The only hosts that Chromium may connect to."""

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-sync", "--disable-component-update", "--ignore-certificate-errors", "--dump-dom"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
)


class Chromium:
    """Visit pages on this machine in headless Chromium, each with a profile of its own below `directory`.

    The visit then has the page it ended on, but neither hops nor statuses. Impersonated hosts, and decisions other than
    the default one, are left to `Navigation`. Raises `ClientError` where no such program is installed.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = count(1)
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None:
            raise ClientError(
                f"real_browser = true needs one of {', '.join(PROGRAMS)}, and none is on the PATH; "
                "install chromium, or leave the key out"
            )
        self._program = program

    def __call__(self, visit: Visit, decision: Decision) -> bool:
        """Visit the page; return False where that is left to `Navigation`."""
        if decision != Decision() or split_url(visit.url).hostname not in _LOCAL_HOSTS:
            return False
        profile = self._directory / str(next(self._numbers))
        profile.mkdir(parents=True)
        environment = {**os.environ, "HOME": str(profile), MARKER: str(profile)}
        argv = (self._program, *_FLAGS, f"--user-data-dir={profile}", visit.url)
        # Run as clients are: nothing of it outlives the visit, or pytest.
        shown = ChildProcess(Command(argv, environment, profile, READ_SECONDS)).wait()
        if not shown.timed_out:
            visit.page = shown.stdout
        visit.end(f"Chromium did not show the page within {READ_SECONDS:g} s" if shown.timed_out else "")
        return True

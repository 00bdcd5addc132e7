"""A real browser for pages that need one: headless Chromium, as Debian installs it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from itertools import count
from pathlib import Path

from pytest_auth_provider.browser.decision import Decision
from pytest_auth_provider.browser.http import LOOPBACK, READ_SECONDS, parts_of
from pytest_auth_provider.browser.visit import Visit
from pytest_auth_provider.errors import ClientError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-sync", "--disable-component-update", "--ignore-certificate-errors", "--dump-dom"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
)


class Chromium:
    """Visits pages on this machine, each with a profile of its own below `directory`; scripts in them run.

    The visit then has the page it ended on, but neither hops nor statuses. Whatever the decision asks for beyond a
    plain visit is left to our own browser, and so are impersonated hosts. Raises `ClientError` where none is installed.
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
        """Visit the page; False where that is for our own browser to do."""
        if decision != Decision() or parts_of(visit.url).hostname not in LOOPBACK:
            return False
        profile = self._directory / str(next(self._numbers))
        profile.mkdir(parents=True)
        with subprocess.Popen(
            (self._program, *_FLAGS, f"--user-data-dir={profile}", visit.url),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(profile)},
            start_new_session=True,
        ) as process:
            try:
                page, _nothing = process.communicate(timeout=READ_SECONDS)
                visit.page, problem = page.decode(errors="replace"), ""
            except subprocess.TimeoutExpired:
                problem = f"Chromium did not show the page within {READ_SECONDS:g} s"
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        visit.end(problem)
        return True

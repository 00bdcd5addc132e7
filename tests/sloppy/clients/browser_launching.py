"""Sloppy clients of the family `browser` that get nobody to the page."""

from __future__ import annotations

import threading
import time
import webbrowser
from collections.abc import Callable

from reference_client import loopback
from reference_client.errors import SignInError
from reference_client.flows import browser
from tests.sloppy.defects import sloppy


@sloppy("browser/no-browser-prints-url", browser, "show")
def shows_it_where_nothing_opens(show: Callable[[str], None], url: str) -> None:
    """The address is printed only where the program fails that should open it."""
    if not webbrowser.open(url):
        show(url)


@sloppy("browser/browser-launcher-missing-is-survived", browser, "launch")
def insists_on_a_browser(original: object, open_page: Callable[[str], None], url: str) -> None:
    """A browser that does not open ends the sign-in."""
    if not webbrowser.open(url):
        raise SignInError("no browser could be opened")


@sloppy("browser/slow-browser-does-not-block", browser, "launch")
def waits_for_the_browser(original: object, open_page: Callable[[str], None], url: str) -> None:
    """The browser is started in the foreground, and waited for."""
    open_page(url)


@sloppy("browser/listens-before-the-browser-opens", loopback._Server, "server_activate")
def listens_a_little_later(activate: Callable[[loopback._Server], None], self: loopback._Server) -> None:
    """It listens some time after it has sent the browser there."""

    def later() -> None:
        until = time.monotonic() + 4.5
        while time.monotonic() < until:
            time.sleep(0.01)  # too short to be skipped
        activate(self)

    threading.Thread(target=later).start()

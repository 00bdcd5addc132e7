"""Opening a page for the person."""

import os
import sys

from reference_client import log


def can_open() -> bool:
    """Whether a browser would open in a window of its own, and not inside this terminal."""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    )


def open_page(url: str) -> None:
    """Open `url` if that is possible; the person was told the address anyway."""
    import webbrowser

    try:
        if can_open() and not webbrowser.open(url):
            log.debug("no browser could be opened")
    except (OSError, webbrowser.Error) as error:
        log.debug("no browser could be opened: %s", error)

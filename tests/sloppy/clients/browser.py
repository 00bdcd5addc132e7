"""Sloppy clients of the family `browser`."""

from __future__ import annotations

from collections.abc import Callable

from reference_client import browser
from reference_client.answers import Answer
from reference_client.flows.device import Poll
from tests.sloppy.defects import sloppy


@sloppy("browser/unattended-retries-open-no-more-tabs", Poll, "pause_after")
def opens_the_page_once_more(pause_after: Callable[[Poll, Answer], float], self: Poll, answer: Answer) -> float:
    """As long as nobody has decided, the page is opened again with every poll."""
    browser.open_page(self._authorization.uri)
    return pause_after(self, answer)

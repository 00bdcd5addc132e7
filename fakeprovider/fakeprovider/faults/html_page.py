"""A page where JSON was promised: a gateway's error page, or the captive portal of a café."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault


@dataclass(frozen=True)
class HtmlPage(ResponseFault):
    """Answer `status` with an HTML page; nothing was processed."""

    status: int = 200

    def response(self, answer: Answer) -> Answer:
        """A page no JSON parser can read."""
        return Answer.html("<!doctype html><title>Welcome</title><h1>Please accept our terms</h1>", self.status)

"""A page where JSON was promised: what a gateway says when what is behind it is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault
from fakeprovider.faults.checking import Status

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class HtmlPage(ResponseFault):
    """Answer `status` with an HTML page; nothing was processed."""

    status: Status = 200

    def response(self, call: Call, answer: Answer) -> Answer:
        """A page no JSON parser can read."""
        return Answer.html("<!doctype html><title>Welcome</title><h1>Please accept our terms</h1>", self.status)

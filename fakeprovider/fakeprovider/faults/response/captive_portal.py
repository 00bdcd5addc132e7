"""The network of a hotel, a train, a café."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault
from fakeprovider.faults.checking import Status

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class CaptivePortal(ResponseFault):
    """Redirect to the sign-in page of the network, with a page for browsers as body; nothing was processed.

    `status` 511 is what a polite portal says (RFC 6585 6); most answer 302.
    """

    status: Status = 302
    location: str = "http://portal.invalid/terms"

    def response(self, call: Call, answer: Answer) -> Answer:
        """Off to the portal."""
        page = f'<!doctype html><title>Network sign-in</title><a href="{self.location}">Accept our terms</a>'
        portal = Answer.html(page, self.status)
        portal.set_header("Location", self.location)
        return portal

"""An endpoint that has moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class Redirect(ResponseFault):
    """Redirect the request to `origin`, path and query unchanged; nothing was processed.

    307 and 308 ask for the same method and body again (RFC 9110 15.4.8): a client that follows hands its credentials
    to whoever listens there, for instance a second provider.
    """

    origin: str = "https://elsewhere.invalid"
    status: Literal[301, 302, 303, 307, 308] = 307

    def response(self, call: Call, answer: Answer) -> Answer:
        """Off to the other origin."""
        return Answer.redirect(self.origin.rstrip("/") + call.request.full_path.rstrip("?"), self.status)

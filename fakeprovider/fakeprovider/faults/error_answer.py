"""An OAuth or vendor error body, in any of the envelopes real providers use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault

Envelope = Literal["error", "error.code", "code", "detail.code"]


@dataclass(frozen=True)
class ErrorAnswer(ResponseFault):
    """Answer the error `code` with `status`; nothing was processed.

    `envelope` says where the code stands: `error` (RFC 6749 5.2), `error.code` (nested), `code` (top level) or
    `detail.code`.
    """

    code: str
    status: int = 400
    envelope: Envelope = "error"
    description: str = "injected fault"

    def response(self, answer: Answer) -> Answer:
        """The error in its envelope."""
        bodies: dict[Envelope, dict[str, object]] = {
            "error": {"error": self.code, "error_description": self.description},
            "error.code": {"error": {"code": self.code, "message": self.description}},
            "code": {"code": self.code, "message": self.description},
            "detail.code": {"detail": {"code": self.code, "message": self.description}},
        }
        return Answer.json(bodies[self.envelope], self.status)

"""An OAuth or vendor error body, in any of the envelopes real providers use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault
from fakeprovider.faults.checking import Status

if TYPE_CHECKING:
    from fakeprovider.call import Call

Envelope = Literal["error", "error.code", "code", "errorCode", "detail.code", "detail"]


@dataclass(frozen=True)
class ErrorAnswer(ResponseFault):
    """Answer the error `code` with `status`; nothing was processed.

    Any code will do: `invalid_grant`, `slow_down`, `access_denied`, `refresh_token_reused`, `refresh_token_expired`.
    `envelope` says where it stands: `error` (RFC 6749 5.2), `error.code` (nested), `code` (top level), `errorCode`,
    `detail.code`, `detail` (a text). `extra` are further members beside it.
    """

    code: str
    status: Status = 400
    envelope: Envelope = "error"
    description: str = "injected fault"
    extra: dict[str, object] = field(default_factory=dict)

    def response(self, call: Call, answer: Answer) -> Answer:
        """The error in its envelope."""
        bodies: dict[Envelope, dict[str, object]] = {
            "error": {"error": self.code, "error_description": self.description},
            "error.code": {"error": {"code": self.code, "message": self.description}},
            "code": {"code": self.code, "message": self.description},
            "errorCode": {"errorCode": self.code, "errorMessage": self.description},
            "detail.code": {"detail": {"code": self.code, "message": self.description}},
            "detail": {"detail": self.code},
        }
        return Answer.json({**bodies[self.envelope], **self.extra}, self.status)

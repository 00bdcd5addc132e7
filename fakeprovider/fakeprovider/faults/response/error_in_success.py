"""An error that looks like a success from afar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import AnswerFault
from fakeprovider.faults.response.members import with_members

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class ErrorInSuccess(AnswerFault):
    """Put an error body into the 200 that the endpoint answered; everything was processed."""

    code: str = "server_error"

    def response(self, call: Call, answer: Answer) -> Answer:
        """The error, with the status of a success."""
        error: dict[str, object] = {"error": self.code, "error_description": "injected fault"}
        return with_members(answer, lambda _: error)

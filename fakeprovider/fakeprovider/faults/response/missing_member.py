"""An answer without something every client needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import AnswerFault
from fakeprovider.faults.response.members import with_members

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class MissingMember(AnswerFault):
    """Leave the member `name` out of a good JSON answer: a document, a token answer, any other."""

    name: str

    def response(self, call: Call, answer: Answer) -> Answer:
        """The answer without it."""
        return with_members(answer, lambda members: {k: v for k, v in members.items() if k != self.name})

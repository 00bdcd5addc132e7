"""An answer that has a member and says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import AnswerFault
from fakeprovider.faults.response.members import with_members

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class NullMember(AnswerFault):
    """Give the member `name` of a good JSON answer the value null."""

    name: str

    def response(self, call: Call, answer: Answer) -> Answer:
        """The answer with null there, if it has such a member."""
        return with_members(answer, lambda members: {**members, self.name: None} if self.name in members else members)

"""An answer with a value that should not be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import AnswerFault
from fakeprovider.faults.checking import JsonValue
from fakeprovider.faults.response.members import with_members

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongMember(AnswerFault):
    """Give the member `name` of a good JSON answer another `value`, of a wrong type for instance."""

    name: str
    value: JsonValue

    def response(self, call: Call, answer: Answer) -> Answer:
        """The answer with that value, if it has such a member."""
        changed = {self.name: self.value}
        return with_members(answer, lambda members: {**members, **changed} if self.name in members else members)

"""An answer with more than was asked for."""

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
class ExtraMember(AnswerFault):
    """Add the member `name` to a good JSON answer that has none; clients ignore unknown ones (RFC 6749 5.1)."""

    name: str
    value: JsonValue = "an unknown member"

    def response(self, call: Call, answer: Answer) -> Answer:
        """The answer with that member, unless it has one."""
        return with_members(answer, lambda members: {self.name: self.value, **members})

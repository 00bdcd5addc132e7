"""Any body under any content type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault
from fakeprovider.faults.checking import Status

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class Body(ResponseFault):
    """Answer `text` with `status` as `content_type`; nothing was processed.

    For what is JSON and still not an answer: `Body("[]")`, `Body("null")`, `Body('"ok"')`, `Body("42")`, `Body("")`.
    """

    text: str
    status: Status = 200
    content_type: str = "application/json"

    def response(self, call: Call, answer: Answer) -> Answer:
        """The body as given."""
        return Answer(self.status, [("Content-Type", self.content_type)], self.text.encode())

"""Any body under any content type."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault


@dataclass(frozen=True)
class Body(ResponseFault):
    """Answer `text` with `status` as `content_type`; nothing was processed.

    For what is JSON and still not an answer: `Body("[]")`, `Body("null")`, `Body('"ok"')`, `Body("")`.
    """

    text: str
    status: int = 200
    content_type: str = "application/json"

    def response(self, answer: Answer) -> Answer:
        """The body as given."""
        return Answer(self.status, [("Content-Type", self.content_type)], self.text.encode())

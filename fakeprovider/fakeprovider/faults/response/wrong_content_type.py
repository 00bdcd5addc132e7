"""The right body under the wrong name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import AnswerFault
from fakeprovider.faults.response.headers import with_headers

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongContentType(AnswerFault):
    """Serve what the endpoint answered as `content_type`."""

    content_type: str = "text/plain"

    def response(self, call: Call, answer: Answer) -> Answer:
        """The same bytes under another type."""
        return with_headers(answer, Content_Type=self.content_type)

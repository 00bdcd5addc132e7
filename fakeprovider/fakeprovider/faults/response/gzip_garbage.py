"""A compressed answer that cannot be unpacked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import AnswerFault
from fakeprovider.faults.response.headers import with_headers

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class GzipGarbage(AnswerFault):
    """Declare what the endpoint answered as gzip and send it unpacked."""

    def response(self, call: Call, answer: Answer) -> Answer:
        """The same bytes, said to be compressed."""
        return with_headers(answer, Content_Encoding="gzip")

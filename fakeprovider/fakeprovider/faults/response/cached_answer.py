"""An answer that a proxy has kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import AnswerFault
from fakeprovider.faults.checking import Count
from fakeprovider.faults.response.headers import with_headers

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class CachedAnswer(AnswerFault):
    """Let the answer pass for one that a cache has kept for `age` seconds of the `max_age` it may be kept.

    RFC 9111 5.1 and 5.2.2.1.
    """

    max_age: Count = 86400
    age: Count = 3600

    def response(self, call: Call, answer: Answer) -> Answer:
        """The answer with the headers of a cache."""
        return with_headers(answer, Cache_Control=f"public, max-age={self.max_age}", Age=str(self.age))

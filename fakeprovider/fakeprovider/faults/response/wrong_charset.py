"""Letters that are not what they are said to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fakeprovider.answer import Answer
from fakeprovider.faults.base import AnswerFault
from fakeprovider.faults.response.headers import with_headers

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongCharset(AnswerFault):
    """Serve what the endpoint answered in `encoding`, and declare it as `declared`."""

    encoding: Literal["utf-16", "utf-32", "utf-8-sig", "cp037"] = "utf-16"
    declared: str = "utf-8"

    def response(self, call: Call, answer: Answer) -> Answer:
        """The same text in other bytes."""
        kind = answer.header("Content-Type").partition(";")[0] or "application/json"
        bent = with_headers(answer, Content_Type=f"{kind}; charset={self.declared}")
        bent.body = answer.body.decode("utf-8", "replace").encode(self.encoding, "replace")
        return bent

"""An answer that does not end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault
from fakeprovider.faults.checking import Range

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class HugeBody(ResponseFault):
    """Answer 200 with valid JSON of `size` bytes, one long text; nothing was processed."""

    size: Annotated[int, Range(8, 100_000_000)] = 10_000_000

    def response(self, call: Call, answer: Answer) -> Answer:
        """A pile of text in one member."""
        frame = len('{"x":""}')
        return Answer(200, [("Content-Type", "application/json")], b'{"x":"' + b"x" * (self.size - frame) + b'"}')

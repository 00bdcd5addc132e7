"""A provider that has had enough of this client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault
from fakeprovider.faults.checking import Count
from fakeprovider.faults.response.retry_after import with_retry_after

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class RateLimited(ResponseFault):
    """Answer 429 with a Retry-After header (RFC 6585 4); nothing was processed.

    `retry_after` are seconds, `as_date` writes them as an HTTP date by the provider's clock (RFC 9110 10.2.3); None
    leaves the header out.
    """

    retry_after: Count | None = 1
    as_date: bool = False

    def response(self, call: Call, answer: Answer) -> Answer:
        """Too many requests."""
        limited = Answer.json({"error": "temporarily_unavailable", "error_description": "injected fault"}, 429)
        return with_retry_after(limited, self.retry_after, self.as_date, call.provider.clock.now())

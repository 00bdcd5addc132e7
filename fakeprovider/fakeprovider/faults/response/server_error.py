"""A provider that is up and broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault
from fakeprovider.faults.checking import Count, Status
from fakeprovider.faults.response.retry_after import with_retry_after

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class ServerError(ResponseFault):
    """Answer `status` with a JSON error body, as an overloaded provider does; nothing was processed.

    `retry_after` becomes a Retry-After header: seconds, with `as_date` written as an HTTP date by the provider's clock
    (RFC 9110 10.2.3), or any text.
    """

    status: Status = 503
    retry_after: Count | str | None = None
    as_date: bool = False

    def response(self, call: Call, answer: Answer) -> Answer:
        """An answer that says nothing but that it failed."""
        code = "temporarily_unavailable" if self.status in (429, 503) else "server_error"
        failed = Answer.json({"error": code, "error_description": "injected fault"}, self.status)
        return with_retry_after(failed, self.retry_after, self.as_date, call.provider.clock.now())

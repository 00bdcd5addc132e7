"""A provider that is up and broken."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault


@dataclass(frozen=True)
class ServerError(ResponseFault):
    """Answer `status` with a JSON error body, as an overloaded provider does; nothing was processed.

    `retry_after` becomes a Retry-After header: whole seconds or an HTTP date (RFC 9110 10.2.3).
    """

    status: int = 503
    retry_after: int | str | None = None

    def response(self, answer: Answer) -> Answer:
        """An answer that says nothing but that it failed."""
        code = "temporarily_unavailable" if self.status in (429, 503) else "server_error"
        answer = Answer.json({"error": code, "error_description": "injected fault"}, self.status)
        if self.retry_after is not None:
            answer.set_header("Retry-After", str(self.retry_after))
        return answer

"""The 409 of a provider that saw a refresh token a moment too late (seeds/004 D3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.faults.base import ResponseFault
from fakeprovider.faults.checking import JsonValue

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class ReplayConflict(ResponseFault):
    """Answer 409 `refresh_replay_benign_retry`, as for a token spent within the grace window; nothing was processed.

    `retry_after` is the member of that name, any JSON value; None leaves it out. The family is not revoked.
    """

    retry_after: JsonValue = 1

    endpoints = ("token",)

    def response(self, call: Call, answer: Answer) -> Answer:
        """The conflict, in the standard envelope."""
        body: dict[str, object] = {"error": "refresh_replay_benign_retry", "error_description": "injected fault"}
        if self.retry_after is not None:
            body["retry_after"] = self.retry_after
        return Answer.json(body, 409)

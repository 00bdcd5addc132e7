"""Answers for hosts that are not the provider: what a tool asks of them, as its adapter tells it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from werkzeug.wrappers import Request

from fakeprovider.answer import Answer


@dataclass(frozen=True)
class Stub:
    """One answer: to `method` requests for `path` (where `*` stands for any characters) at `host`."""

    host: str
    path: str
    method: str = "GET"
    status: int = 200
    json: object = None

    def fits(self, host: str, request: Request) -> bool:
        """Is it the answer to this request?"""
        method = "GET" if request.method == "HEAD" else request.method
        return (host, method) == (self.host.lower(), self.method) and fnmatchcase(request.path, self.path)

    def answer(self) -> Answer:
        """The answer; without a JSON value an empty one."""
        return Answer(self.status) if self.json is None else Answer.json(self.json, self.status)

"""Response faults: status, headers and body."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import TYPE_CHECKING, Annotated, Literal

from fakeprovider.faults.base import AnswerFault, ResponseFault
from fakeprovider.server.answer import Answer
from fakeprovider.validation import Count, JsonValue, Range, Status

if TYPE_CHECKING:
    from fakeprovider.context import Call


# FROM fakeprovider/fakeprovider/faults/response/body.py: Any body under any content type.


@dataclass(frozen=True)
class Body(ResponseFault):
    """Answer `text` with `status` as `content_type`; nothing was processed.

    For what is JSON and still not an answer: `Body("[]")`, `Body("null")`, `Body('"ok"')`, `Body("42")`, `Body("")`.
    """

    text: str
    status: Status = 200
    content_type: str = "application/json"

    def response(self, call: Call, answer: Answer) -> Answer:
        """The body as given."""
        return Answer(self.status, [("Content-Type", self.content_type)], self.text.encode())


# FROM fakeprovider/fakeprovider/faults/response/headers.py: Bending the headers of an answer.


def with_headers(answer: Answer, **headers: str) -> Answer:
    """A copy of the answer with exactly one header of each name; `_` in a name stands for `-`."""
    bent = replace(answer)
    for name, value in headers.items():
        bent.set_header(name.replace("_", "-"), value)
    return bent


# FROM fakeprovider/fakeprovider/faults/response/cached_answer.py: An answer that a proxy has kept.


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


# FROM fakeprovider/fakeprovider/faults/response/captive_portal.py: The network of a hotel, a train, a café.


@dataclass(frozen=True)
class CaptivePortal(ResponseFault):
    """Redirect to the sign-in page of the network, with a page for browsers as body; nothing was processed.

    `status` 511 is what a polite portal says (RFC 6585 6); most answer 302.
    """

    status: Status = 302
    location: str = "http://portal.invalid/terms"

    def response(self, call: Call, answer: Answer) -> Answer:
        """Off to the portal."""
        page = f'<!doctype html><title>Network sign-in</title><a href="{self.location}">Accept our terms</a>'
        portal = Answer.html(page, self.status)
        portal.set_header("Location", self.location)
        return portal


# FROM fakeprovider/fakeprovider/faults/response/error_answer.py: An OAuth or vendor error body, in any of the envelopes real providers use.


Envelope = Literal["error", "error.code", "code", "errorCode", "detail.code", "detail"]


@dataclass(frozen=True)
class ErrorAnswer(ResponseFault):
    """Answer the error `code` with `status`; nothing was processed.

    Any code will do: `invalid_grant`, `slow_down`, `access_denied`, `refresh_token_reused`, `refresh_token_expired`.
    `envelope` says where it stands: `error` (RFC 6749 5.2), `error.code` (nested), `code` (top level), `errorCode`,
    `detail.code`, `detail` (a text). `extra` are further members beside it.
    """

    code: str
    status: Status = 400
    envelope: Envelope = "error"
    description: str = "injected fault"
    extra: dict[str, object] = field(default_factory=dict)

    def response(self, call: Call, answer: Answer) -> Answer:
        """The error in its envelope."""
        bodies: dict[Envelope, dict[str, object]] = {
            "error": {"error": self.code, "error_description": self.description},
            "error.code": {"error": {"code": self.code, "message": self.description}},
            "code": {"code": self.code, "message": self.description},
            "errorCode": {"errorCode": self.code, "errorMessage": self.description},
            "detail.code": {"detail": {"code": self.code, "message": self.description}},
            "detail": {"detail": self.code},
        }
        return Answer.json({**bodies[self.envelope], **self.extra}, self.status)


# FROM fakeprovider/fakeprovider/faults/response/members.py: Bending the members of a good JSON answer.


Members = dict[str, object]


def with_members(answer: Answer, bend: Callable[[Members], Members]) -> Answer:
    """The answer with other members; `answer` itself where `bend` changes nothing, or it is no 2xx with an object."""
    members = _members_of(answer)
    if members is None:
        return answer
    bent = bend(dict(members))
    if bent == members and list(map(type, bent.values())) == list(map(type, members.values())):
        return answer
    return Answer(answer.status, list(answer.headers), json.dumps(bent, separators=(",", ":")).encode())


def _members_of(answer: Answer) -> Members | None:
    if not 200 <= answer.status < 300 or not answer.body.startswith(b"{"):
        return None
    try:
        members = json.loads(answer.body)
    except ValueError:
        return None
    return members if isinstance(members, dict) else None


# FROM fakeprovider/fakeprovider/faults/response/error_in_success.py: An error that looks like a success from afar.


@dataclass(frozen=True)
class ErrorInSuccess(AnswerFault):
    """Put an error body into the 200 that the endpoint answered; everything was processed."""

    code: str = "server_error"

    def response(self, call: Call, answer: Answer) -> Answer:
        """The error, with the status of a success."""
        error: dict[str, object] = {"error": self.code, "error_description": "injected fault"}
        return with_members(answer, lambda _: error)


# FROM fakeprovider/fakeprovider/faults/response/extra_member.py: An answer with more than was asked for.


@dataclass(frozen=True)
class ExtraMember(AnswerFault):
    """Add the member `name` to a good JSON answer that has none; clients ignore unknown ones (RFC 6749 5.1)."""

    name: str
    value: JsonValue = "an unknown member"

    def response(self, call: Call, answer: Answer) -> Answer:
        """The answer with that member, unless it has one."""
        return with_members(answer, lambda members: {self.name: self.value, **members})


# FROM fakeprovider/fakeprovider/faults/response/gzip_garbage.py: A compressed answer that cannot be unpacked.


@dataclass(frozen=True)
class GzipGarbage(AnswerFault):
    """Declare what the endpoint answered as gzip and send it unpacked."""

    def response(self, call: Call, answer: Answer) -> Answer:
        """The same bytes, said to be compressed."""
        return with_headers(answer, Content_Encoding="gzip")


# FROM fakeprovider/fakeprovider/faults/response/html_page.py: A page where JSON was promised: what a gateway says when what is behind it is gone.


@dataclass(frozen=True)
class HtmlPage(ResponseFault):
    """Answer `status` with an HTML page; nothing was processed."""

    status: Status = 200

    def response(self, call: Call, answer: Answer) -> Answer:
        """A page no JSON parser can read."""
        return Answer.html("<!doctype html><title>Welcome</title><h1>Please accept our terms</h1>", self.status)


# FROM fakeprovider/fakeprovider/faults/response/huge_body.py: An answer that does not end.


@dataclass(frozen=True)
class HugeBody(ResponseFault):
    """Answer 200 with valid JSON of `size` bytes, one long text; nothing was processed."""

    size: Annotated[int, Range(8, 100_000_000)] = 10_000_000

    def response(self, call: Call, answer: Answer) -> Answer:
        """A pile of text in one member."""
        frame = len('{"x":""}')
        return Answer(200, [("Content-Type", "application/json")], b'{"x":"' + b"x" * (self.size - frame) + b'"}')


# FROM fakeprovider/fakeprovider/faults/response/missing_member.py: An answer without something every client needs.


@dataclass(frozen=True)
class MissingMember(AnswerFault):
    """Leave the member `name` out of a good JSON answer: a document, a token answer, any other."""

    name: str

    def response(self, call: Call, answer: Answer) -> Answer:
        """The answer without it."""
        return with_members(answer, lambda members: {k: v for k, v in members.items() if k != self.name})


# FROM fakeprovider/fakeprovider/faults/response/null_member.py: An answer that has a member and says nothing.


@dataclass(frozen=True)
class NullMember(AnswerFault):
    """Give the member `name` of a good JSON answer the value null."""

    name: str

    def response(self, call: Call, answer: Answer) -> Answer:
        """The answer with null there, if it has such a member."""
        return with_members(answer, lambda members: {**members, self.name: None} if self.name in members else members)


# FROM fakeprovider/fakeprovider/faults/response/retry_after.py: The Retry-After header (RFC 9110 10.2.3), in both of its forms.


def with_retry_after(answer: Answer, value: int | str | None, as_date: bool, now: float) -> Answer:
    """The answer with the header: seconds, or the HTTP date they end at; text goes out as it is; None: no header."""
    if value is not None:
        dated = as_date and isinstance(value, int)
        answer.set_header("Retry-After", formatdate(now + int(value), usegmt=True) if dated else str(value))
    return answer


# FROM fakeprovider/fakeprovider/faults/response/rate_limited.py: A provider that has had enough of this client.


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


# FROM fakeprovider/fakeprovider/faults/response/redirect.py: An endpoint that has moved.


@dataclass(frozen=True)
class Redirect(ResponseFault):
    """Redirect the request to `origin`, path and query unchanged; nothing was processed.

    307 and 308 ask for the same method and body again (RFC 9110 15.4.8): a client that follows hands its credentials
    to whoever listens there, for instance a second provider.
    """

    origin: str = "https://elsewhere.invalid"
    status: Literal[301, 302, 303, 307, 308] = 307

    def response(self, call: Call, answer: Answer) -> Answer:
        """Off to the other origin."""
        return Answer.redirect(self.origin.rstrip("/") + call.request.full_path.rstrip("?"), self.status)


# FROM fakeprovider/fakeprovider/faults/response/replay_conflict.py: The 409 of a provider that saw a refresh token a moment too late (seeds/004 D3).


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


# FROM fakeprovider/fakeprovider/faults/response/server_error.py: A provider that is up and broken.


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


# FROM fakeprovider/fakeprovider/faults/response/wrong_charset.py: Letters that are not what they are said to be.


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


# FROM fakeprovider/fakeprovider/faults/response/wrong_content_type.py: The right body under the wrong name.


@dataclass(frozen=True)
class WrongContentType(AnswerFault):
    """Serve what the endpoint answered as `content_type`."""

    content_type: str = "text/plain"

    def response(self, call: Call, answer: Answer) -> Answer:
        """The same bytes under another type."""
        return with_headers(answer, Content_Type=self.content_type)


# FROM fakeprovider/fakeprovider/faults/response/wrong_member.py: An answer with a value that should not be there.


@dataclass(frozen=True)
class WrongMember(AnswerFault):
    """Give the member `name` of a good JSON answer another `value`, of a wrong type for instance."""

    name: str
    value: JsonValue

    def response(self, call: Call, answer: Answer) -> Answer:
        """The answer with that value, if it has such a member."""
        changed = {self.name: self.value}
        return with_members(answer, lambda members: {**members, **changed} if self.name in members else members)

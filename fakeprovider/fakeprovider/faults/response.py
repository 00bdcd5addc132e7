"""Response faults: status, headers and body of an answer are wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Final, Literal
from urllib.parse import parse_qsl, quote, urlencode

from fakeprovider.faults.base import AnswerFault, ResponseFault
from fakeprovider.server.answer import Answer
from fakeprovider.state.clock import http_date
from fakeprovider.validation import Count, HeaderValue, JsonValue, Range, Status

if TYPE_CHECKING:
    from fakeprovider.context import Call


Envelope = Literal["error", "error.code", "code", "errorCode", "detail.code", "detail"]
"""Where real providers put the code of an error, as the path of the member in the JSON body."""


# -- errors, in the endpoint's place ------------------------------------------------------------------------------


@dataclass(frozen=True)
class ServerError(ResponseFault):
    """Answer `status` with a JSON error body, as an overloaded provider does; nothing was processed.

    `retry_after` becomes a Retry-After header: seconds, with `as_date` written as an HTTP date by the provider's clock
    (RFC 9110 10.2.3), or any text.
    """

    status: Status = 503
    retry_after: Count | HeaderValue | None = None
    as_date: bool = False

    def response(self, call: Call, answer: Answer) -> Answer:
        code = "temporarily_unavailable" if self.status in (429, 503) else "server_error"
        return _with_retry_after(_error(code, self.status), self.retry_after, self.as_date, call)


@dataclass(frozen=True)
class RateLimited(ResponseFault):
    """Answer 429 with a Retry-After header (RFC 6585 4); nothing was processed.

    `retry_after` are seconds, `as_date` writes them as an HTTP date by the provider's clock (RFC 9110 10.2.3); None
    leaves the header out.
    """

    retry_after: Count | None = 1
    as_date: bool = False

    def response(self, call: Call, answer: Answer) -> Answer:
        return _with_retry_after(_error("temporarily_unavailable", 429), self.retry_after, self.as_date, call)


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
        bodies: dict[Envelope, dict[str, object]] = {
            "error": {"error": self.code, "error_description": self.description},
            "error.code": {"error": {"code": self.code, "message": self.description}},
            "code": {"code": self.code, "message": self.description},
            "errorCode": {"errorCode": self.code, "errorMessage": self.description},
            "detail.code": {"detail": {"code": self.code, "message": self.description}},
            "detail": {"detail": self.code},
        }
        return Answer.json({**bodies[self.envelope], **self.extra}, self.status)


@dataclass(frozen=True)
class ReplayConflict(ResponseFault):
    """Answer 409 `refresh_replay_benign_retry`, as for a token spent within the grace window; nothing was processed.

    `retry_after` is the member of that name, any JSON value; None leaves it out. The family is not revoked.
    """  # spec-kitty's sign-out

    retry_after: JsonValue = 1

    endpoints = ("token",)

    def response(self, call: Call, answer: Answer) -> Answer:
        extra = {} if self.retry_after is None else {"retry_after": self.retry_after}
        return _error("refresh_replay_benign_retry", 409, **extra)


def _error(code: str, status: int, **extra: object) -> Answer:
    """Return an OAuth error response (RFC 6749 5.2) with `extra` members."""
    return Answer.json({"error": code, "error_description": "injected fault", **extra}, status)


_LONGEST: Final = 10**12
"""Seconds; a date further ahead is the last one that can be written."""


def _with_retry_after(answer: Answer, value: int | str | None, as_date: bool, call: Call) -> Answer:
    """Return the answer with a Retry-After header: seconds, the HTTP date they end at, or text; None adds none."""
    if value is not None:
        dated = as_date and isinstance(value, int)
        seconds = min(int(value), _LONGEST) if dated else 0
        answer.set_header("Retry-After", http_date(call.provider.clock.now() + seconds) if dated else str(value))
    return answer


# -- other answers, in the endpoint's place -----------------------------------------------------------------------


@dataclass(frozen=True)
class Body(ResponseFault):
    """Answer `text` with `status` as `content_type`; nothing was processed.

    For bodies of a shape no client expects: `Body("[]")`, `Body("null")`, `Body('"ok"')`, `Body("42")`, `Body("")`.
    """

    text: str
    status: Status = 200
    content_type: HeaderValue = "application/json"

    def response(self, call: Call, answer: Answer) -> Answer:
        return Answer(self.status, [("Content-Type", self.content_type)], self.text.encode())


@dataclass(frozen=True)
class HugeBody(ResponseFault):
    """Answer 200 with valid JSON of `size` bytes, one member with a long text; nothing was processed."""

    size: Annotated[int, Range(8, 100_000_000)] = 10_000_000

    def response(self, call: Call, answer: Answer) -> Answer:
        frame = len('{"x":""}')
        return Answer(200, [("Content-Type", "application/json")], b'{"x":"' + b"x" * (self.size - frame) + b'"}')


@dataclass(frozen=True)
class HtmlPage(ResponseFault):
    """Answer `status` with an HTML page, as a gateway does whose backend is gone; nothing was processed."""

    status: Status = 200

    def response(self, call: Call, answer: Answer) -> Answer:
        return Answer.html("<!doctype html><title>Welcome</title><h1>Please accept our terms</h1>", self.status)


@dataclass(frozen=True)
class CaptivePortal(ResponseFault):
    """Redirect to the sign-in page of a hotel's network, with a page for browsers as body; nothing was processed.

    Most portals answer 302; the `status` they should use is 511 (RFC 6585 6).
    """

    status: Status = 302
    location: HeaderValue = "http://portal.invalid/terms"

    def response(self, call: Call, answer: Answer) -> Answer:
        page = f'<!doctype html><title>Network sign-in</title><a href="{self.location}">Accept our terms</a>'
        return _with_headers(Answer.html(page, self.status), Location=self.location)


@dataclass(frozen=True)
class Redirect(ResponseFault):
    """Redirect the request to `origin`, path and query unchanged; nothing was processed.

    307 and 308 ask for the same method and body again (RFC 9110 15.4.8): a client that follows hands its credentials
    to whoever listens there, for instance a second provider.
    """

    origin: HeaderValue = "https://elsewhere.invalid"
    status: Literal[301, 302, 303, 307, 308] = 307

    def response(self, call: Call, answer: Answer) -> Answer:
        path = quote(call.request.path, safe=_IN_PATHS)
        query = call.request.query_string.decode("latin-1")
        return Answer.redirect(f"{self.origin.rstrip('/')}{path}{'?' if query else ''}{query}", self.status)


_IN_PATHS: Final = "/:@!$&'()*+,;=~"
"""What stands in a path as it is (RFC 3986 3.3); everything else might not fit into a header."""


# -- headers and encoding of what the endpoint answered -----------------------------------------------------------


@dataclass(frozen=True)
class CachedAnswer(AnswerFault):
    """Add the headers of a cache that has kept the answer for `age` of at most `max_age` seconds.

    `Age` and `Cache-Control: max-age` (RFC 9111 5.1 and 5.2.2.1); everything was processed.
    """

    max_age: Count = 86400
    age: Count = 3600

    def response(self, call: Call, answer: Answer) -> Answer:
        return _with_headers(answer, Cache_Control=f"public, max-age={self.max_age}", Age=str(self.age))


@dataclass(frozen=True)
class GzipGarbage(AnswerFault):
    """Declare what the endpoint answered as gzip and send it uncompressed."""

    def response(self, call: Call, answer: Answer) -> Answer:
        return _with_headers(answer, Content_Encoding="gzip")


@dataclass(frozen=True)
class WrongContentType(AnswerFault):
    """Serve what the endpoint answered as `content_type`."""

    content_type: HeaderValue = "text/plain"

    def response(self, call: Call, answer: Answer) -> Answer:
        return _with_headers(answer, Content_Type=self.content_type)


@dataclass(frozen=True)
class WrongCharset(AnswerFault):
    """Serve what the endpoint answered in `encoding`, and declare the charset as `declared`."""

    encoding: Literal["utf-16", "utf-32", "utf-8-sig", "cp037"] = "utf-16"
    declared: HeaderValue = "utf-8"

    def response(self, call: Call, answer: Answer) -> Answer:
        kind = answer.header("Content-Type").partition(";")[0] or "application/json"
        bent = _with_headers(answer, Content_Type=f"{kind}; charset={self.declared}")
        bent.body = answer.body.decode("utf-8", "replace").encode(self.encoding, "replace")
        return bent


def _with_headers(answer: Answer, **headers: str) -> Answer:
    """Return a copy of the answer with exactly one header of each name; `_` in a name stands for `-`."""
    bent = replace(answer)
    for name, value in headers.items():
        bent.set_header(name.replace("_", "-"), value)
    return bent


# -- members of a successful answer, as JSON or as a form --------------------------------------------------------


@dataclass(frozen=True)
class MissingMember(AnswerFault):
    """Leave the member `name` out of a successful response of any endpoint; everything was processed."""

    name: str

    def response(self, call: Call, answer: Answer) -> Answer:
        name = _here(call, self.name)
        return _with_members(answer, lambda members: {k: v for k, v in members.items() if k != name})


@dataclass(frozen=True)
class NullMember(AnswerFault):
    """Set the member `name` of a successful response to null; everything was processed."""

    name: str

    def response(self, call: Call, answer: Answer) -> Answer:
        name = _here(call, self.name)
        return _with_members(answer, lambda members: {**members, name: None} if name in members else members)


@dataclass(frozen=True)
class WrongMember(AnswerFault):
    """Set the member `name` of a successful response to another `value`, of a wrong type for instance."""

    name: str
    value: JsonValue

    def response(self, call: Call, answer: Answer) -> Answer:
        name = _here(call, self.name)
        changed = {name: self.value}
        return _with_members(answer, lambda members: {**members, **changed} if name in members else members)


@dataclass(frozen=True)
class ExtraMember(AnswerFault):
    """Add the member `name` to a successful response without one; clients ignore unknown ones (RFC 6749 5.1)."""

    name: str
    value: JsonValue = "an unknown member"

    def response(self, call: Call, answer: Answer) -> Answer:
        return _with_members(answer, lambda members: {_here(call, self.name): self.value, **members})


@dataclass(frozen=True)
class ErrorInSuccess(AnswerFault):
    """Put an error body into the 200 that the endpoint answered; everything was processed."""

    code: str = "server_error"

    def response(self, call: Call, answer: Answer) -> Answer:
        return _with_members(answer, lambda _: {"error": self.code, "error_description": "injected fault"})


_Members = dict[str, object]


def _here(call: Call, name: str) -> str:
    """Return the name that a member of an answer has in the provider's family, where the RFCs call it `name`."""
    return call.provider.dialect.answer_names.get(name, name)


def _with_members(answer: Answer, change: Callable[[_Members], _Members]) -> Answer:
    """Return the answer with changed members; `answer` itself if nothing changes, or it is no 2xx that has any."""
    members = _members_of(answer)
    if members is None:
        return answer
    bent = change(dict(members))
    if bent == members and list(map(type, bent.values())) == list(map(type, members.values())):  # 1 == True
        return answer
    return Answer(answer.status, list(answer.headers), _written(bent, as_form=_is_form(answer)))


def _is_form(answer: Answer) -> bool:
    """Return whether the members are those of a form, as GitHub answers whoever does not ask for JSON."""
    return answer.header("Content-Type").startswith("application/x-www-form-urlencoded")


def _written(members: _Members, *, as_form: bool) -> bytes:
    """Write the members as JSON; or as a form, in which null is an empty text."""
    if as_form:
        return urlencode({name: "" if value is None else value for name, value in members.items()}).encode()
    return json.dumps(members, separators=(",", ":")).encode()


def _members_of(answer: Answer) -> _Members | None:
    if not 200 <= answer.status < 300:
        return None
    if _is_form(answer):
        return dict(parse_qsl(answer.body.decode(), keep_blank_values=True))
    if not answer.body.startswith(b"{"):
        return None
    try:
        members = json.loads(answer.body)
    except ValueError:
        return None
    return members if isinstance(members, dict) else None

"""The status line and header fields of an answer, as bytes."""

from __future__ import annotations

from http import HTTPStatus

from fakeprovider.answer import Answer

_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}


def has_body(status: int) -> bool:
    """Whether an answer of this status may carry a body at all (RFC 9110 6.4.1)."""
    return status >= 200 and status not in (204, 304)


def head_of(answer: Answer, framing: str) -> bytes:
    """The head of `answer`, closed by the `framing` header lines: how long it is, what becomes of the connection.

    Raises ValueError for a header that would break out of its line, as an unescaped redirect target can.
    """
    status_line = _STATUS_LINES.get(answer.status) or f"HTTP/1.1 {answer.status} \r\n"
    fields = "".join([f"{name}: {value}\r\n" for name, value in answer.headers])
    if fields.count("\n") != len(answer.headers) or fields.count("\r") != len(answer.headers):
        broken = [header for header in answer.headers if set("\r\n").intersection(header[0] + header[1])]
        raise ValueError(f"header with a line break in it: {broken!r}; percent-encode the value")
    return f"{status_line}{fields}{framing}\r\n".encode("latin-1")

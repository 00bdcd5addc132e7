"""The Retry-After header (RFC 9110 10.2.3), in both of its forms."""

from __future__ import annotations

from email.utils import formatdate

from fakeprovider.answer import Answer


def with_retry_after(answer: Answer, value: int | str | None, as_date: bool, now: float) -> Answer:
    """The answer with the header: seconds, or the HTTP date they end at; text goes out as it is; None: no header."""
    if value is not None:
        dated = as_date and isinstance(value, int)
        answer.set_header("Retry-After", formatdate(now + int(value), usegmt=True) if dated else str(value))
    return answer

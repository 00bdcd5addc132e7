"""Reading what was answered, believing nothing about it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from reference_client import clock, messages
from reference_client.errors import BrokenAnswerError


@dataclass(frozen=True)
class Answer:
    """What somebody answered, and to which request."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def json_value(body: bytes) -> object:
    """Return `body` as JSON.

    Raises:
        ValueError: It is none.
    """
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def document(answer: Answer, what: str) -> dict[str, Any]:
    """Return the JSON object in an answer that should be a success; `what` says in words what was asked.

    Raises:
        BrokenAnswerError: The status is not 200, or the body is no JSON object.
    """
    if answer.status != 200:
        raise BrokenAnswerError(f"{what}: {place(answer)} answered HTTP {answer.status} instead of 200")
    try:
        value = json_value(answer.body)
    except ValueError:
        raise BrokenAnswerError(f"{what}: {place(answer)} answered something that is not JSON") from None
    if not isinstance(value, dict):
        raise BrokenAnswerError(f"{what}: {place(answer)} answered JSON that is not an object")
    return value


def error_members(answer: Answer) -> dict[str, Any]:
    """Return the members of an error answer; none when it is not a JSON object."""
    try:
        value = json_value(answer.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def error_codes(answer: Answer) -> list[str]:
    """Return the error codes: ``error`` (RFC 6749 5.2), or others' ``error.code``, ``code`` and ``detail.code``."""
    members = error_members(answer)
    error, detail = members.get("error"), members.get("detail")
    candidates = [error, _code_in(error), members.get("code"), _code_in(detail)]
    return [candidate for candidate in candidates if isinstance(candidate, str) and candidate]


def described(answer: Answer) -> str:
    """Return the status and the error code of a failure in a few words: ``HTTP 400 (invalid_grant)``."""
    return f"HTTP {answer.status}{messages.error_code(next(iter(error_codes(answer)), None))}"


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, a number or a date (RFC 9110 10.2.3), or None."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    from email.utils import parsedate_to_datetime  # dates are rare, and this import is slow

    try:
        seconds = parsedate_to_datetime(value).timestamp() - clock.now()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, seconds)


def is_seconds(value: object) -> TypeGuard[float]:
    """Whether `value` is a number of seconds: finite, not negative, no boolean, and no more than a float holds."""
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0 and math.isfinite(value)
    except OverflowError:
        return False


def place(answer: Answer) -> str:
    """Return where the answer came from, without its query."""
    return answer.url.partition("?")[0]


def _code_in(value: object) -> object:
    return value.get("code") if isinstance(value, dict) else None

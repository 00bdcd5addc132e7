"""Reading request bodies: forms as the RFCs ask, JSON where a dialect takes it."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

from fakeprovider.errors import OAuthError

# FROM fakeprovider/fakeprovider/strict_json.py: JSON as RFC 8259 has it, without what Python lets pass and nobody else can read.


def parse(text: bytes) -> object:
    """The value of a JSON text; RecursionError for one that is nested too deep.

    Raises ValueError for what is no JSON: above all other encodings (8.1), numbers that are none (6), halves of
    surrogate pairs (8.2).
    """
    value = json.loads(text.decode(), parse_constant=_finite, parse_float=_finite)
    if b"\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number[:20]} is no number (RFC 8259 6)")
    return value


FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
REPEATABLE = ("resource", "audience")
"""The parameters that may be sent more than once (RFC 8707 2, RFC 8693 2.1)."""


def read_members(request: Request, body: bytes) -> Mapping[str, str]:
    """The members of a form or JSON body, whatever state it is in; never raises.

    For the journal and for aiming faults: a broken body has no members, a repeated one its first value.
    """
    if not body:
        return {}
    if request.mimetype == JSON:
        try:
            value = parse(body)
        except (ValueError, RecursionError):
            return {}
        members = value if isinstance(value, dict) else {}
        return {name: member if isinstance(member, str) else json.dumps(member) for name, member in members.items()}
    return _first_values(body)


def check_body(request: Request, body: bytes, *, json_too: bool) -> None:
    """Refuse what RFC 6749 refuses: another content type (3.2), a repeated parameter (3.1, 3.2), broken JSON."""
    if request.mimetype == JSON and json_too:
        read_json(body)
        return
    if request.mimetype != FORM:
        accepted = f"{FORM} or {JSON}" if json_too else FORM
        raise OAuthError(
            "invalid_request",
            f"the body arrived as {request.mimetype or 'no content type'!r}, expected {accepted} (RFC 6749 3.2)",
        )
    check_repeats(read_parameters(request, body))


def check_repeats(parameters: MultiDict[str, str], *, only: tuple[str, ...] = ()) -> None:
    """Refuse a parameter that arrived more than once (RFC 6749 3.1, 3.2), those named in `only` or any."""
    for name, values in parameters.lists():
        if len(values) > 1 and name not in REPEATABLE and (not only or name in only):
            story = f"parameter {name!r} arrived {len(values)} times, expected at most once (RFC 6749 3.1)"
            raise OAuthError("invalid_request", story)


def read_parameters(request: Request, body: bytes) -> MultiDict[str, str]:
    """Every value of every parameter, in order: of the form (or JSON) of a POST, of the query of anything else."""
    if request.method != "POST":
        return MultiDict(request.args)
    if request.mimetype == JSON:
        return MultiDict(read_members(request, body))
    return MultiDict(_pairs(body))


def read_json(body: bytes) -> dict[str, object]:
    """The object in a JSON body, or `invalid_request` saying what it is instead."""
    try:
        value = parse(body)
    except (ValueError, RecursionError) as error:
        raise OAuthError("invalid_request", f"the body says it is JSON and is not: {error}") from error
    if not isinstance(value, dict):
        raise OAuthError("invalid_request", f"the body is a JSON {type(value).__name__}, expected an object")
    return value


def require(members: Mapping[str, str], name: str, source: str) -> str:
    """The member `name`, or `invalid_request` saying that it is missing and who asks for it."""
    value = members.get(name, "")
    if not value:
        sent = ", ".join(members) or "nothing"
        raise OAuthError("invalid_request", f"parameter {name!r} is required ({source}); what arrived: {sent}")
    return value


# Both are remembered for a moment: several parts of the provider ask the same request, and clients repeat themselves.


@functools.lru_cache(maxsize=8)
def _first_values(body: bytes) -> Mapping[str, str]:
    members: dict[str, str] = {}
    for name, member in _pairs(body):
        members.setdefault(name, member)
    return members


@functools.lru_cache(maxsize=8)
def _pairs(body: bytes) -> tuple[tuple[str, str], ...]:
    # Broken percent-encodings decode to replacement characters: a rejection explains them better than a crash.
    text = body.decode("utf-8", "replace")
    try:
        return tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=1000))
    except ValueError:
        return ()

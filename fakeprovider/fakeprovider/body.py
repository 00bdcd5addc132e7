"""Reading request bodies: forms as the RFCs ask, JSON where a dialect takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from fakeprovider.errors import OAuthError
from fakeprovider.server.request import Request
from fakeprovider.tokens.jwt import parse_json

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
REPEATABLE = ("resource", "audience")
"""The parameters that may be sent more than once (RFC 8707 2, RFC 8693 2.1)."""


def read_members(request: Request) -> Mapping[str, str]:
    """Return the members of a form or JSON body, whatever state it is in; never raises.

    For the journal and for aiming faults: a broken body has no members, a repeated one its first value.
    """
    if not request.body:
        return {}
    if request.mimetype == JSON:
        try:
            value = parse_json(request.body)
        except (ValueError, RecursionError):
            return {}
        members = value if isinstance(value, dict) else {}
        return {name: member if isinstance(member, str) else json.dumps(member) for name, member in members.items()}
    first: dict[str, str] = {}
    for name, value in request.form_fields:
        first.setdefault(name, value)
    return first


def check_body(request: Request, *, json_too: bool) -> None:
    """Refuse what RFC 6749 refuses: another content type (3.2), a repeated parameter (3.1, 3.2), broken JSON."""
    if request.mimetype == JSON and json_too:
        read_json(request)
        return
    if request.mimetype != FORM:
        accepted = f"{FORM} or {JSON}" if json_too else FORM
        raise OAuthError(
            "invalid_request",
            f"the body arrived as {request.mimetype or 'no content type'!r}, expected {accepted} (RFC 6749 3.2)",
        )
    check_repeats(read_parameters(request))


def check_repeats(parameters: MultiDict[str, str], *, only: tuple[str, ...] = ()) -> None:
    """Refuse a parameter that arrived more than once (RFC 6749 3.1, 3.2), those named in `only` or any."""
    for name, values in parameters.lists():
        if len(values) > 1 and name not in REPEATABLE and (not only or name in only):
            story = f"parameter {name!r} arrived {len(values)} times, expected at most once (RFC 6749 3.1)"
            raise OAuthError("invalid_request", story)


def read_parameters(request: Request) -> MultiDict[str, str]:
    """Return every value of every parameter, in order: of the body of a POST, of the query of anything else."""
    if request.method != "POST":
        return MultiDict(request.args)
    if request.mimetype == JSON:
        return MultiDict(read_members(request))
    return MultiDict(request.form_fields)


def read_json(request: Request) -> dict[str, object]:
    """Return the object in a JSON body, or `invalid_request` saying what it is instead."""
    try:
        value = parse_json(request.body)
    except (ValueError, RecursionError) as error:
        raise OAuthError("invalid_request", f"the body says it is JSON and is not: {error}") from error
    if not isinstance(value, dict):
        raise OAuthError("invalid_request", f"the body is a JSON {type(value).__name__}, expected an object")
    return value


def require(members: Mapping[str, str], name: str, source: str) -> str:
    """Return the member `name`, or `invalid_request` saying that it is missing and who asks for it."""
    value = members.get(name, "")
    if not value:
        sent = ", ".join(members) or "nothing"
        raise OAuthError("invalid_request", f"parameter {name!r} is required ({source}); what arrived: {sent}")
    return value

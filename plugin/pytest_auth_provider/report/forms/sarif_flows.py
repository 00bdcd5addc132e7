"""What a client did as a code flow of SARIF 2.1.0: a location for each command, and below it one for each exchange.

SARIF has objects for web requests and their answers (3.46, 3.47), so that each exchange is there as values as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pytest_auth_provider.report.evidence import headline
from pytest_auth_provider.report.steps import Asked, Headers, Step

Sarif = dict[str, Any]

CUT: Final = " ..."


def message(text: str, longest: int = 30_000) -> Sarif:
    """Return a text as a message: nothing in it is a link or a placeholder, and it has at most `longest` characters."""
    inert = re.sub(r"\{(?=\d+\})", "{ ", text.replace("](", "] ("))
    return {"text": inert if len(inert) <= longest else inert[: longest - len(CUT)] + CUT}


def code_flow(steps: Sequence[Step], place: Sarif) -> Sarif:
    """Return the steps as a code flow of one thread, all of it at `place`: the source of the client is not known."""
    locations = [location for step in steps for location in _locations(step, place["physicalLocation"])]
    numbered = [{**location, "executionOrder": order} for order, location in enumerate(locations, start=1)]
    return {"threadFlows": [{"locations": numbered}]}


def _locations(step: Step, place: Sarif) -> Iterator[Sarif]:
    """Yield the location of a command, and those of its exchanges."""
    printed = (f"stdout | {line}" for line in step.stdout), (f"stderr | {line}" for line in step.stderr)
    files = (f"files: {what}" for what in step.files)
    text = "\n".join([f"$ {step.command}", step.ending, *printed[0], *printed[1], *step.noise, *files])
    yield {"location": {"physicalLocation": place, "message": message(text)}, "nestingLevel": 0}
    for asked in step.exchanges:
        more = f" ... and {asked.more} more like it" if asked.more else ""
        yield {
            "location": {"physicalLocation": place, "message": message(headline(asked) + more)},
            "nestingLevel": 1,
            "webRequest": _request(asked),
            "webResponse": _response(asked),
        }


def _request(asked: Asked) -> Sarif:
    request: Sarif = {
        "protocol": "HTTP",
        "version": "1.1",
        "target": asked.path,
        "method": asked.method,
        "headers": _fields(asked.request_headers),
    }
    return {**request, "body": {"text": asked.sent}} if asked.sent else request


def _response(asked: Asked) -> Sarif:
    if not asked.status:
        return {"noResponseReceived": True}
    response: Sarif = {"statusCode": asked.status, "headers": _fields(asked.response_headers)}
    return {**response, "body": {"text": asked.answered}} if asked.answered else response


def _fields(headers: Headers) -> dict[str, str]:
    """Return header fields by name; the values of one that is there several times, as HTTP joins them."""
    fields: dict[str, str] = {}
    for name, value in headers:
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields

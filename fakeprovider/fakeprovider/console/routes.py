"""The operations that the console adds to the control API, and the files its page is made of."""

from __future__ import annotations

from importlib import resources
from typing import Final

from fakeprovider.console import actions
from fakeprovider.console.page import show
from fakeprovider.control.errors import ApiError
from fakeprovider.control.operation import ApiRequest, Operation
from fakeprovider.control.requests import Since
from fakeprovider.server.answer import Answer

_MEDIA_TYPES: Final = {"console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8"}


def show_page(request: ApiRequest) -> Answer:
    """Show the page; with `since` only the exchanges after that number are in it."""
    return show(request)


def serve_file(request: ApiRequest) -> Answer:
    """Serve the style or the script of the page."""
    name = request.parameters["file"]
    if name not in _MEDIA_TYPES:
        raise ApiError(404, f"the console has no {name!r}; there are {', '.join(_MEDIA_TYPES)}")
    body = resources.files("fakeprovider.console").joinpath("static", name).read_bytes()
    return Answer(200, [("Content-Type", _MEDIA_TYPES[name]), ("Cache-Control", "no-cache")], body)


# Without ids: they are for people at a browser, and not in the OpenAPI document.
OPERATIONS: Final = (
    Operation("", "GET", "/console", show_page, "text/html", query=Since),
    Operation("", "GET", "/console/{file}", serve_file, "text/plain"),
    Operation("", "POST", "/console/faults", actions.arm, "text/html", changes="faults"),
    Operation("", "POST", "/console/faults/{id}/disarm", actions.disarm, "text/html", changes="faults"),
    Operation("", "POST", "/console/clock", actions.advance_clock, "text/html", changes="clock"),
    Operation("", "POST", "/console/user", actions.decide, "text/html", changes="user"),
    Operation("", "POST", "/console/sessions/{id}/end", actions.end_session, "text/html", changes="sessions"),
    Operation("", "POST", "/console/clear", actions.clear_journal, "text/html", changes="journal"),
    Operation("", "POST", "/console/reset", actions.reset, "text/html", changes="everything"),
)

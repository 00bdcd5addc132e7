"""The style and the script of the page."""

from __future__ import annotations

from importlib import resources
from typing import Final

from fakeprovider.answer import Answer
from fakeprovider.control.operation import Ask, Rejection

TYPES: Final = {"console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8"}


def resource(ask: Ask) -> Answer:
    """One file the page is made of."""
    name = ask.values["file"]
    if name not in TYPES:
        raise Rejection(404, f"the console has no {name!r}; there are {', '.join(TYPES)}")
    body = resources.files(__package__).joinpath("static", name).read_bytes()
    return Answer(
        200,
        [("Content-Type", TYPES[name]), ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff")],
        body,
    )

"""From the bytes of a request to a model, or the words why not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fakeprovider.control.operation import Rejection
from fakeprovider.server.request import Request

Model = TypeVar("Model", bound=BaseModel)


def read_body(model: type[Model], request: Request) -> Model:
    """The JSON body of `request` as `model`; an empty body stands for `{}`."""
    body = request.get_data()
    if body and request.mimetype != "application/json":
        raise Rejection(415, f"expected 'Content-Type: application/json', got {request.mimetype or 'none'!r}")
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise Rejection(422, *in_words(model, error)) from None


def read_query(model: type[Model], request: Request) -> Model:
    """The query of `request` as `model`."""
    return validated(model, request.args.to_dict(), strict=False)


def validated(model: type[Model], members: Mapping[str, object], *, strict: bool = True) -> Model:
    """`members` as `model`, or the `Rejection` that says which of them is wrong."""
    try:
        return model.model_validate(dict(members), strict=strict)
    except ValidationError as error:
        raise Rejection(422, *in_words(model, error)) from None


def in_words(model: type[BaseModel], error: ValidationError) -> tuple[str, dict[str, str]]:
    """All that is wrong as one line, and by field."""
    fields = {_place(detail): _problem(model, detail) for detail in error.errors(include_url=False)}
    return "; ".join(f"{name}: {problem}" if name else problem for name, problem in fields.items()), fields


def _place(detail: ErrorDetails) -> str:
    place = ""
    for part in detail["loc"]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    return place


def _problem(model: type[BaseModel], detail: ErrorDetails) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "value_error":  # a check of our own, which has said it all
        return str(detail["ctx"]["error"])
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        known = list(model.model_fields) if len(detail["loc"]) == 1 else []
        return f"is not known here{_instead(str(detail['loc'][-1]), known)}"
    if kind == "json_invalid":
        return f"the body is not JSON: {detail['ctx']['error']}"
    message = detail["msg"].removeprefix("Input should be ").replace("Input should ", "")
    return f"expected {message}, got {_shortened(given)}"


def _instead(name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"; there are {', '.join(names)}.{hint}" if names else ""


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."

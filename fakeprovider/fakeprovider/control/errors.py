"""Errors of the control API, and the reading of a request into a model, which names every field that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fakeprovider.errors import suggestion
from fakeprovider.server import Request


class ApiError(Exception):
    """End an operation; it is answered with `status` and a `Problem` as JSON.

    `message` says what arrived, what was expected and what there is. `fields` names each member that is to blame, with
    what is wrong with it, as in `{"steps[0].fault": "is missing"}`. `headers` are added to the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        fields: Mapping[str, str] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = dict(fields or {})
        self.headers = headers


Model = TypeVar("Model", bound=BaseModel)


def read_body(model: type[Model], request: Request) -> Model:
    """Validate the JSON body of `request`; an empty body stands for `{}`. Raises `ApiError` (415, 422)."""
    body = request.get_data()
    if body and request.mimetype != "application/json":
        raise ApiError(415, f"expected 'Content-Type: application/json', got {request.mimetype or 'none'!r}")
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise ApiError(422, *explain(model, error)) from None


def read_query(model: type[Model], request: Request) -> Model:
    """Validate the query of `request`. Raises `ApiError` (422)."""
    return validate(model, request.args.to_dict(), strict=False)


def validate(model: type[Model], members: Mapping[str, object], *, strict: bool = True) -> Model:
    """Validate `members`; unless `strict`, "5" is as good as 5. Raises `ApiError` (422)."""
    try:
        return model.model_validate(dict(members), strict=strict)
    except ValidationError as error:
        raise ApiError(422, *explain(model, error)) from None


def explain(model: type[BaseModel], error: ValidationError) -> tuple[str, dict[str, str]]:
    """Describe everything that is wrong, on one line, and by field (`steps[0].fault`)."""
    fields = {_location(detail): _problem(model, detail) for detail in error.errors(include_url=False)}
    return "; ".join(f"{name}: {problem}" if name else problem for name, problem in fields.items()), fields


def _location(detail: ErrorDetails) -> str:
    location = ""
    for part in detail["loc"]:
        location += f"[{part}]" if isinstance(part, int) else f".{part}" if location else str(part)
    return location


def _problem(model: type[BaseModel], detail: ErrorDetails) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "value_error":  # a check of our own, which has said it all
        return str(detail["ctx"]["error"])
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        known = list(model.model_fields) if len(detail["loc"]) == 1 else []
        return f"is not known here{_known_names(str(detail['loc'][-1]), known)}"
    if kind == "json_invalid":
        return f"the body is not JSON: {detail['ctx']['error']}"
    message = detail["msg"].removeprefix("Input should be ").replace("Input should ", "")
    return f"expected {message}, got {_shortened(given)}"


def _known_names(name: str, known: Iterable[str]) -> str:
    """Return the end of a message, `; there are name, email. Did you mean 'name'?`, or "" where there are none."""
    names = list(known)
    return f"; there are {', '.join(names)}.{suggestion(name, names)}" if names else ""


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."

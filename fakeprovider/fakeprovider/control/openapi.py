"""The route table as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1)."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from fakeprovider._version import __version__
from fakeprovider.control.operation import Operation
from fakeprovider.control.responses import Problem
from fakeprovider.control.routes import OPERATIONS

if TYPE_CHECKING:
    from fakeprovider.control.control import Control


Document = dict[str, Any]

_REF = "#/components/schemas/{model}"


def document(control: Control) -> Document:
    """The API of `control`, with the address it is at and whether it wants a token."""
    schemas = _Schemas()
    paths: Document = {}
    for operation in OPERATIONS:
        if not operation.hidden:
            paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation, schemas, control)
    components: Document = {"schemas": schemas.definitions}
    described: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "fakeprovider control API",
            "version": __version__,
            "summary": "Tells a fake OpenID provider how to behave, and asks it what happened.",
        },
        "servers": [{"url": control.url}],
        "paths": paths,
        "components": components,
    }
    if control.token:
        components["securitySchemes"] = {"control_token": {"type": "http", "scheme": "bearer"}}
        described["security"] = [{"control_token": []}]
    return described


def _described(operation: Operation, schemas: _Schemas, control: Control) -> Document:
    manual = inspect.getdoc(operation.serve) or ""
    summary, _, more = manual.partition("\n\n")
    described: Document = {
        "operationId": f"{operation.serve.__module__.rpartition('.')[2]}_{operation.serve.__name__}",
        "summary": summary.replace("\n", " "),
        "responses": _answers(operation, schemas, control),
    }
    if more:
        described["description"] = more
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in operation.parameters
    ]
    parameters += _query(operation)
    if parameters:
        described["parameters"] = parameters
    if operation.body:
        content = {"application/json": {"schema": schemas.of(operation.body, "validation")}}
        described["requestBody"] = {"required": _needed(operation), "content": content}
    return described


def _needed(operation: Operation) -> bool:
    """Whether the body must be there: one whose members may all be left out may be left out itself."""
    fields = operation.body.model_fields.values() if operation.body else ()
    return any(field.is_required() for field in fields)


def _query(operation: Operation) -> list[Document]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=_REF)
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": _without_null(member)}
        for name, member in schema["properties"].items()
    ]


def _without_null(schema: Document) -> Document:
    """A query cannot say null; it leaves the parameter out."""
    if "anyOf" not in schema:
        return schema
    [plain] = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
    return {**{name: value for name, value in schema.items() if name not in ("anyOf", "default")}, **plain}


def _answers(operation: Operation, schemas: _Schemas, control: Control) -> Document:
    told = {403: "A page of another site asks, or the Host is no name of this provider", **operation.also}
    if control.token:
        told[401] = "The control token is missing or another one"
    if operation.body or operation.query:
        told[422] = "Something that was sent means nothing; `fields` says what"
    if operation.body:
        told[415] = "The body is no JSON by its Content-Type"
    problem = {"application/json": {"schema": schemas.of(Problem, "serialization")}}
    answers: Document = {str(operation.status): {"description": "Done", "content": _content(operation, schemas)}}
    return answers | {str(status): {"description": why, "content": problem} for status, why in sorted(told.items())}


def _content(operation: Operation, schemas: _Schemas) -> Document:
    if isinstance(operation.gives, str):
        return {operation.gives: {"schema": {"type": "string"}}}
    return {"application/json": {"schema": schemas.of(operation.gives, "serialization")}}


class _Schemas:
    """The schemas of models, each once."""

    def __init__(self) -> None:
        self.definitions: Document = {}

    def of(self, model: Any, mode: JsonSchemaMode) -> Document:
        """A reference to the schema of `model`, or the schema itself where it has no name."""
        schema = TypeAdapter(model).json_schema(ref_template=_REF, mode=mode)
        self.definitions |= schema.pop("$defs", {})
        if isinstance(model, type) and schema.get("title") == model.__name__:
            self.definitions[model.__name__] = schema
            return {"$ref": _REF.format(model=model.__name__)}
        return schema

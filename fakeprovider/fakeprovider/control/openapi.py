"""The route table as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1)."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from fakeprovider._version import __version__
from fakeprovider.control.operation import Operation
from fakeprovider.control.responses import Problem

Document = dict[str, Any]

_REF: Final = "#/components/schemas/{model}"


def document(operations: Sequence[Operation], url: str, *, with_token: bool) -> Document:
    """Describe the API at `url` with all `operations` that are not hidden; `with_token` if requests need the token."""
    schemas = _Schemas()
    paths: Document = {}
    for operation in operations:
        if not operation.hidden:
            described = _operation(operation, schemas, with_token=with_token)
            paths.setdefault(operation.path, {})[operation.method.lower()] = described
    components: Document = {"schemas": schemas.definitions}
    api: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "fakeprovider control API",
            "version": __version__,
            "summary": "Tells a fake OpenID provider how to behave, and asks it what happened.",
        },
        "servers": [{"url": url}],
        "paths": paths,
        "components": components,
    }
    if with_token:
        components["securitySchemes"] = {"control_token": {"type": "http", "scheme": "bearer"}}
        api["security"] = [{"control_token": []}]
    return api


def _operation(operation: Operation, schemas: _Schemas, *, with_token: bool) -> Document:
    summary, _, more = (inspect.getdoc(operation.serve) or "").partition("\n\n")
    described: Document = {
        "operationId": operation.id,
        "summary": summary.replace("\n", " "),
        "responses": _responses(operation, schemas, with_token=with_token),
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
        described["requestBody"] = {"required": _is_body_required(operation), "content": content}
    return described


def _is_body_required(operation: Operation) -> bool:
    """Return whether the body must be sent: one whose members may all be left out may be left out itself."""
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
    """Return the schema without `null`, which a query cannot express: it leaves the parameter out."""
    if "anyOf" not in schema:
        return schema
    [plain] = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
    return {**{name: value for name, value in schema.items() if name not in ("anyOf", "default")}, **plain}


def _responses(operation: Operation, schemas: _Schemas, *, with_token: bool) -> Document:
    errors = {403: "A page of another site asks, or the Host is no name of this provider", **operation.errors}
    if with_token:
        errors[401] = "The control token is missing or another one"
    if operation.body or operation.query:
        errors[422] = "Something that was sent means nothing; `fields` says what"
    if operation.body:
        errors[415] = "The body is no JSON by its Content-Type"
    problem = {"application/json": {"schema": schemas.of(Problem, "serialization")}}
    done: Document = {str(operation.status): {"description": "Done", "content": _content(operation, schemas)}}
    return done | {str(status): {"description": why, "content": problem} for status, why in sorted(errors.items())}


def _content(operation: Operation, schemas: _Schemas) -> Document:
    if isinstance(operation.answers, str):
        return {operation.answers: {"schema": {"type": "string"}}}
    return {"application/json": {"schema": schemas.of(operation.answers, "serialization")}}


class _Schemas:
    """Collect the schemas of models, each once."""

    def __init__(self) -> None:
        self.definitions: Document = {}

    def of(self, model: Any, mode: JsonSchemaMode) -> Document:
        """Return a reference to the schema of `model`, or the schema itself where it has no name."""
        schema = TypeAdapter(model).json_schema(ref_template=_REF, mode=mode)
        self.definitions |= schema.pop("$defs", {})
        if isinstance(model, type) and schema.get("title") == model.__name__:
            self.definitions[model.__name__] = schema
            return {"$ref": _REF.format(model=model.__name__)}
        return schema

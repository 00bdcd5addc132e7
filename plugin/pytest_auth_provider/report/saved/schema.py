"""The JSON Schema of reports, from the declarations that they are written from."""

from __future__ import annotations

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pytest_auth_provider.adapters.schema import DIALECT, field_docstrings
from pytest_auth_provider.report.saved.comparison import Comparison
from pytest_auth_provider.report.saved.report import FORMAT, Report


class _AsWritten(GenerateJsonSchema):
    """Describe what is written: every member is there, and each is described by the docstring of its field."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        """Describe each member. Raises `TypeError` for a field without a docstring: nobody would know what it means."""
        described = super().dataclass_schema(schema)
        descriptions = dict(field_docstrings(schema["cls"]))
        for name, member in described["properties"].items():
            if name not in descriptions:
                raise TypeError(f"{schema['cls'].__name__}.{name} has no docstring; write one below the field")
            member["description"] = " ".join(descriptions[name].split())
        summary = described["description"].partition("\n")[0]
        return {**described, "description": summary, "required": list(described["properties"])}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave defaults out: what is not said is written, too."""
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - the same for every member
        """Leave out titles that only repeat the name."""
        return False


def report_schema() -> JsonSchemaValue:
    """Return the schema of a JSON report, as `--auth-report` and `auth-provider merge` write it."""
    return _schema_of(Report, "Report of pytest-auth-provider")


def comparison_schema() -> JsonSchemaValue:
    """Return the schema of what `auth-provider compare --format json` prints."""
    return _schema_of(Comparison, "Comparison of two reports of pytest-auth-provider")


def _schema_of(cls: type[Report | Comparison], title: str) -> JsonSchemaValue:
    schema = TypeAdapter(cls).json_schema(schema_generator=_AsWritten)
    written = {**schema["properties"]["format"], "const": FORMAT}
    return {"$schema": DIALECT, **schema, "title": title, "properties": {**schema["properties"], "format": written}}

"""The control API is what its OpenAPI document says, whatever is sent to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from fakeprovider import Provider
from fakeprovider.control.operation import Operation
from fakeprovider.control.routes import OPERATIONS

ROOT = Path(__file__).parents[3]

FUZZED = [one for one in OPERATIONS if not one.hidden and one.path not in ("/events", "/down", "/journal/wait")]
"""Not what is for browsers, never ends, ends everything, or waits; each has tests of its own."""
MEANING = ("/faults", "/scripts", "/clients", "/user", "/tokens", "/keys")
"""Where a schema cannot say all: a fault's settings, which person there is, a client's method without its secret."""


def name(operation: Operation) -> str:
    """The operation in a test's id."""
    return f"{operation.method} {operation.path}"


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    """One provider for all the requests of this module."""
    with Provider(control=True, host="127.0.0.1") as provider:
        yield provider
    assert provider.crashes == []


@pytest.fixture(scope="module")
def api(served: Provider) -> Any:
    """Its document, as schemathesis reads it."""
    assert served.control is not None
    document = httpx.get(f"{served.control.url}/openapi.json", trust_env=False).json()
    return schemathesis.openapi.from_dict(document)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """A connection that is kept, and knows no proxy."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("operation", FUZZED, ids=name)
def test_every_operation_keeps_its_schema(
    served: Provider, api: Any, session: requests.Session, operation: Operation, mode: GenerationMode
) -> None:
    """No request makes it crash; answers have a status and shape of the document; wrong requests are refused."""
    if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
        return  # nothing is sent that could be wrong
    base = served.control.url if served.control else ""
    excluded = [checks.positive_data_acceptance] if operation.path.startswith(MEANING) else []

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=api[operation.path][operation.method].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(base_url=base, session=session, excluded_checks=excluded, timeout=20)

    ask()


def test_the_document_is_complete(served: Provider, api: Any) -> None:
    """Every operation is described, with words, and every name it refers to is there."""
    document = api.raw_schema
    described = {
        f"{method.upper()} {path}": entry
        for path, entries in document["paths"].items()
        for method, entry in entries.items()
    }
    assert set(described) == {name(one) for one in OPERATIONS if not one.hidden}
    assert all(entry["summary"].endswith(".") for entry in described.values())
    ids = [entry["operationId"] for entry in described.values()]
    assert len(set(ids)) == len(ids)
    references = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert references <= set(document["components"]["schemas"])
    assert document["servers"] == [{"url": served.control.url if served.control else ""}]


def test_the_docs_name_every_operation() -> None:
    """docs/serving.md has a line for each, with the summary that the document has."""
    text = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    summaries = {name(one): (one.serve.__doc__ or "").partition("\n")[0] for one in OPERATIONS if not one.hidden}
    assert [one for one, summary in summaries.items() if f"| `{one}` | {summary} |" not in text] == []


def test_the_ids_stay() -> None:
    """Clients that were generated from the document have them as function names."""
    ids = {one.id for one in OPERATIONS if not one.hidden}
    assert ids == {
        *("whole_overview", "whole_openapi", "whole_dialects", "whole_reset", "whole_down", "whole_events"),
        *("users_users", "users_create", "users_browser", "users_decide", "users_script"),
        *("clients_clients", "clients_register"),
        *("faults_known", "faults_one", "faults_armed", "faults_arm", "faults_disarm_all", "faults_look"),
        *("faults_disarm", "faults_release", "faults_script"),
        *("clock_now", "clock_advance", "keys_keys", "keys_step"),
        *("sessions_sessions", "sessions_end_all", "sessions_look", "sessions_end", "sessions_issue"),
        *("whole_secrets", "settings_knobs", "settings_turn"),
        *("journal_exchanges", "journal_clear", "journal_wait", "journal_har", "journal_timeline"),
    }

"""What a requirement quotes stands in its source, and its level is no higher than the source allows."""

from __future__ import annotations

import datetime
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pytest_auth_provider import Scenario, catalogue
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.vocabulary import USUAL_POLICIES
from pytest_auth_provider.scenario import IN_OUR_WORDS

SOURCES: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "sources.toml").read_text(encoding="utf-8"))
CUSTOM = "custom among command-line tools"
"""The source of a requirement that nobody has written down."""
CATALOGUE = {scenario.id: scenario for scenario in catalogue.scenarios()}
FACTS = {"logout", "sign_in", *USUAL_POLICIES}
"""Policies that tell what a client does, and promise nothing of how it fares."""


def clauses(scenario: Scenario) -> list[str]:
    """Return the clauses that the contract's source names."""
    return scenario.source.split("; ")


def flat(text: str) -> str:
    """Return the text with every run of whitespace as one space."""
    return " ".join(text.split())


@pytest.fixture(params=list(CATALOGUE.values()), ids=list(CATALOGUE))
def contract(request: pytest.FixtureRequest) -> Scenario:
    """Each contract of the catalogue."""
    found: Scenario = request.param
    return found


def test_every_clause_was_compared_with_its_source(contract: Scenario) -> None:
    """A source is in the table, or it is custom, of which nothing can be quoted."""
    if clauses(contract) == [CUSTOM]:
        assert contract.quotes == ()
        assert contract.requirement.startswith(IN_OUR_WORDS)
        return
    assert [clause for clause in clauses(contract) if clause not in SOURCES] == []
    assert contract.quotes


def test_quotes_are_word_for_word(contract: Scenario) -> None:
    """Every part between two omissions stands in one of the clauses, and each clause lends something."""
    texts = {clause: flat(SOURCES[clause]["text"]) for clause in clauses(contract) if clause != CUSTOM}
    assert [quote for quote in contract.quotes if not any(quote in text for text in texts.values())] == []
    assert [name for name, text in texts.items() if not any(quote in text for quote in contract.quotes)] == []


def test_our_own_reading_comes_last_and_once(contract: Scenario) -> None:
    """What is not quoted is said to be ours, in a sentence."""
    assert contract.requirement.count(IN_OUR_WORDS) <= 1
    assert contract.requirement == contract.requirement.strip()
    assert not contract.requirement.endswith(IN_OUR_WORDS.strip())


def test_a_must_stands_on_a_specification_or_on_a_declared_policy(contract: Scenario) -> None:
    """A project's own document, or custom, makes a SHOULD."""
    is_specified = any(SOURCES[clause]["specification"] for clause in clauses(contract) if clause != CUSTOM)
    if contract.level == "MUST":
        assert is_specified or contract.policy.keys() - FACTS


def test_the_harm_is_a_sentence_of_its_own(contract: Scenario) -> None:
    """It ends every accusation, so it is there, short, and about this contract alone."""
    assert contract.harm.endswith(".")
    assert contract.harm[0].isupper()
    assert len(contract.harm) <= 150
    assert [other.id for other in CATALOGUE.values() if other.harm == contract.harm] == [contract.id]


def test_the_table_holds_what_is_quoted_and_no_more() -> None:
    """Every clause of the table has a date and is the source of a contract."""
    quoted = {clause for scenario in CATALOGUE.values() for clause in clauses(scenario)}
    assert SOURCES.keys() == quoted - {CUSTOM}
    assert all(isinstance(source["checked"], datetime.date) for source in SOURCES.values())
    kinds = [source["specification"] for source in SOURCES.values()]
    assert sum(first != second for first, second in pairwise(kinds)) == 1  # specifications first


@pytest.mark.parametrize(
    ("declared", "level"),
    [
        ({}, "SHOULD"),
        ({"policies": {"cache_ttl": "60"}}, "SHOULD"),
        ({"policies": {"cache_grace": "30"}}, "MUST"),
        ({"policies": {"offline": "best_effort"}}, "SHOULD"),
        ({"policies": {"offline": "strict"}}, "MUST"),
        ({"promises": ("house/politeness",)}, "MUST"),
        ({"promises": ("house/modesty",)}, "SHOULD"),
    ],
)
def test_who_promises_to_keep_a_should_must(declared: dict[str, Any], level: str) -> None:
    """By a policy of the contract, on its side or on any, or by name."""
    promised_by = {"cache_grace": "", "offline": "strict"}
    politeness = Scenario("house/politeness", "Please.", "", "", "SHOULD", promised_by=promised_by)
    assert politeness.for_client(Adapter("tool", ("tool",), {}, **declared)).level == level

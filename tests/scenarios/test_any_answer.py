"""Generated answers can be had again by their text, are the same each time, and shrink."""

from __future__ import annotations

import json

import pytest

from auth_scenarios.hygiene.any_answer import MEMBERS, answers_of, smallest
from fakeprovider.faults import Body, Fault
from fakeprovider.faults.text import parse_fault


def tried(endpoint: str, seed: str) -> list[Fault]:
    """Return the answers of an endpoint that a search with this seed tries."""
    seen: list[Fault] = []

    def note(fault: Fault) -> bool:
        seen.append(fault)
        return False

    assert smallest(answers_of(endpoint), note, 40, seed) is None
    return seen


@pytest.mark.parametrize("endpoint", [*MEMBERS, "api", "revocation"])
def test_an_answer_is_told_by_its_text(endpoint: str) -> None:
    """Whoever is shown the text can arm the fault again, with any client."""
    for fault in tried(endpoint, "text"):
        assert parse_fault(repr(fault)) == fault


def test_a_search_is_the_same_each_time() -> None:
    """An accusation is confirmed by a second run, which has to find what the first one found."""
    assert tried("token", "use token") == tried("token", "use token")


def test_what_is_found_is_small() -> None:
    """A reader sees at once what it is about the answer."""

    def dies_of(fault: Fault) -> bool:
        if not isinstance(fault, Body) or fault.status < 400:
            return False
        try:
            return not isinstance(json.loads(fault.text), dict)
        except ValueError:
            return False

    assert smallest(answers_of("token"), dies_of, 100, "small") == Body("null", 400)

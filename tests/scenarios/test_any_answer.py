"""Generated answers can be had again by their text, are the same each time, and shrink."""

from __future__ import annotations

import json

import pytest

from auth_scenarios.hygiene.any_answer import EXAMPLES, MEMBERS, VARIABLE, answers_of, how_many, smallest
from fakeprovider.faults import Body, Fault
from fakeprovider.faults.text import parse_fault
from pytest_auth_provider.errors import ClientError


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


@pytest.mark.parametrize(("told", "tried"), [("40", 40), ("", EXAMPLES)])
def test_how_many_are_tried(monkeypatch: pytest.MonkeyPatch, told: str, tried: int) -> None:
    """As many as the variable says, if it says anything."""
    monkeypatch.setenv(VARIABLE, told)
    assert how_many() == tried


@pytest.mark.parametrize("told", ["many", "-3", "0", "1.5"])
def test_how_many_has_to_be_a_number(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    """A mistyped variable is told, and not taken for the default."""
    monkeypatch.setenv(VARIABLE, told)
    with pytest.raises(ClientError) as refused:
        how_many()
    assert str(refused.value) == f"the variable {VARIABLE} is {told!r}; expected a number of 1 or more, as in 6"

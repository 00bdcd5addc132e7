"""Why a check ended as it did, taken from what was raised."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from auth_scenarios.verify import CannotTell, must
from fakeprovider import FaultNotMet
from pytest_auth_provider.clients import LoginFailed
from pytest_auth_provider.report.explanation import Explanation, accuses, explain, explains_itself
from pytest_auth_provider.verdict import ContractBroken


def explained(fail: Callable[[], object], *, with_details: bool = False) -> Explanation:
    """The explanation of what `fail` raises."""
    with pytest.raises(BaseException) as raised:  # noqa: PT011 - whatever it is
        fail()
    return explain(raised, with_details=with_details)


def test_what_a_verb_states_is_taken_over() -> None:
    """Both texts arrive as they are, and the reason is made of them."""
    assert explained(lambda: must(False, "a token", "none\nassert False")) == Explanation(
        "Expected: a token\nActual:   none\nassert False", "a token", "none\nassert False", stated=True
    )


def test_what_holds_is_no_accusation() -> None:
    """A condition that is true raises nothing."""
    must(["something"], "something", "nothing")


def test_an_accusation_survives_a_process_boundary() -> None:
    """It can be pickled, and is an assertion error that says both."""
    error = pickle.loads(pickle.dumps(ContractBroken("a token", "none")))  # noqa: S301 - our own
    assert (type(error), error.expected, error.actual) == (ContractBroken, "a token", "none")
    assert isinstance(error, AssertionError)
    assert str(error) == "Expected: a token\nActual:   none"


def test_an_assertion_is_shown_as_it_is_written() -> None:
    """Over several lines too, without its message."""
    tokens = ["one", "two"]

    def fail() -> None:
        assert "three" in [
            *tokens,
        ], "it holds every token"

    found = explained(fail)
    assert found.expected == '"three" in [\n    *tokens,\n]'
    assert found.reason == found.actual
    assert not found.stated
    assert found.reason.startswith("it holds every token\nassert 'three' in ['one', 'two']")


def test_an_assertion_without_source_has_no_expression() -> None:
    """Code that no file holds is no reason to fail."""
    found = explained(lambda: exec("assert 0, 'rude'"))  # noqa: S102 - there is no other way to have no file
    assert found == Explanation("rude", "", "rude")


@pytest.mark.parametrize("kind", [LoginFailed, CannotTell])
def test_what_the_client_did_is_left_out_where_evidence_shows_it(kind: type[LoginFailed | CannotTell]) -> None:
    """The summary is the reason then; anywhere else the message is whole."""
    error = kind("nobody signed in", "$ acme login\nexit code 1")
    assert str(error) == "nobody signed in\n$ acme login\nexit code 1"

    def fail() -> None:
        raise error

    assert explained(fail) == Explanation("nobody signed in")
    assert explained(fail, with_details=True) == Explanation(str(error))
    assert not accuses(error)
    assert explains_itself(error)


def test_a_fault_that_nothing_met_accuses_nobody() -> None:
    """It is an assertion error, of the check and not of the client."""
    assert not accuses(FaultNotMet("armed and never met"))
    assert accuses(AssertionError())


def test_a_mistake_in_the_check_is_told_with_its_place() -> None:
    """It says nothing about the client."""
    manners: dict[str, str] = {}
    found = explained(lambda: manners["please"])
    said, _, place = found.reason.partition(" (")
    assert said == "the check itself failed, which says nothing about the client: KeyError: 'please'"
    assert place.startswith("test_explanation.py:")
    assert found.expected == found.actual == ""

"""Rows are merged into one for each client and contract."""

from __future__ import annotations

from dataclasses import replace

from pytest_auth_provider import catalogue
from pytest_auth_provider.report.rows import Row, merge
from pytest_auth_provider.verdict import Verdict


def test_versions_are_told_once() -> None:
    """A contract that does not apply is judged without asking the client for its version."""
    contract = catalogue.find("refresh/lost-answer")
    judged = Row.of(contract, "spec-kitty", "3.2.7", Verdict.KEPT)
    spared = Row.of(catalogue.find("offline/strict-refuses"), "spec-kitty", "", Verdict.NOT_APPLICABLE)
    assert [row.version for row in merge([spared, judged])] == ["3.2.7", "3.2.7"]


def test_an_accusation_is_not_hidden_by_what_was_not_checked() -> None:
    """Where one variant could not be checked, and another one was not kept, both are told."""
    one = Row.of(catalogue.find("refresh/lost-answer"), "acme", "1", Verdict.UNCHECKED)
    unchecked = replace(one, variants="first", reason="nothing came")
    accused = replace(one, variants="second", verdict=Verdict.ADVICE, reason="Expected: this\nActual:   that")
    kept = replace(one, variants="third", verdict=Verdict.KEPT)
    (row,) = merge([unchecked, accused, kept])
    assert (row.verdict, row.variants) == (Verdict.UNCHECKED, "first")
    assert row.reason == "nothing came\n[second] is advice: Expected: this\nActual:   that"

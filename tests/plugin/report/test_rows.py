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


def test_variants_are_named_where_others_ended_otherwise() -> None:
    """Where all ended alike none is, and each fact stands behind the name of its variant; one fact needs no name."""
    one = Row.of(catalogue.find("refresh/lost-answer"), "acme", "1", Verdict.KEPT)
    rows = [replace(one, variants=name, proof=(f"fact {name}",)) for name in "ab"]
    (row,) = merge(rows)
    assert (row.variants, row.proof) == ("", ("[a] fact a", "[b] fact b"))
    assert row.by_variant == {"a": Verdict.KEPT, "b": Verdict.KEPT}
    (row,) = merge([rows[0], replace(rows[1], verdict=Verdict.NOT_APPLICABLE, proof=())])
    assert (row.variants, row.proof) == ("a", ("fact a",))

"""Rows are merged into one for each client and contract."""

from __future__ import annotations

from pytest_auth_provider import catalogue
from pytest_auth_provider.report.rows import Row, merge
from pytest_auth_provider.verdict import Verdict


def test_versions_are_told_once() -> None:
    """A contract that does not apply is judged without asking the client for its version."""
    contract = catalogue.find("refresh/lost-answer")
    judged = Row.of(contract, "spec-kitty", "3.2.7", Verdict.KEPT)
    spared = Row.of(catalogue.find("offline/strict-refuses"), "spec-kitty", "", Verdict.NOT_APPLICABLE)
    assert [row.version for row in merge([spared, judged])] == ["3.2.7", "3.2.7"]

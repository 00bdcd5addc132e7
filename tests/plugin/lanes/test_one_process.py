"""Where somebody watches, stops or measures a run, its cases come one after the other, in the process of pytest."""

from __future__ import annotations

import sys

import pytest

from pytest_auth_provider.lanes.plugin import why_in_one_process


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("--auth-cold", "--auth-cold"),
        ("-x", "--maxfail"),
        ("--pdb", "--pdb"),
        ("--trace", "--trace"),
        ("--collect-only", "--collect-only"),
        ("--setup-show", "--setup-show"),
        ("--capture=tee-sys", "-s"),
        ("-s", "-s"),
        ("--log-cli-level=INFO", "--log-cli-level"),
        ("-olog_cli=true", "log_cli"),
    ],
)
def test_an_option_that_wants_one_case_after_the_other(pytester: pytest.Pytester, option: str, why: str) -> None:
    """Each of them is named."""
    assert why_in_one_process(pytester.parseconfig("-p", "no:xdist", option)) == why


def test_a_debugger_is_not_forked(pytester: pytest.Pytester) -> None:
    """Nor what measures coverage: what happens elsewhere would be hidden from it."""
    config = pytester.parseconfig("-p", "no:xdist")
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        why = why_in_one_process(config)
    finally:
        sys.settrace(before)
    assert why == "a debugger, or what measures coverage"

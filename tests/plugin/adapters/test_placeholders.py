"""Placeholders are filled, and everything else in braces is left alone."""

from __future__ import annotations

import pytest

from pytest_auth_provider.adapters.placeholders import fill, placeholders_in


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{issuer}/x", "<issuer>/x"),
        ("{home}{cwd}", "<home><cwd>"),
        ("{{issuer}}", "{issuer}"),
        ('{"a": {"b": 1}, "c": "{token}"}', '{"a": {"b": 1}, "c": "<token>"}'),
        ("t = { a = 1 } ${HOME} {0} {} {A}", "t = { a = 1 } ${HOME} {0} {} {A}"),
    ],
)
def test_only_placeholders_are_filled(text: str, filled: str) -> None:
    """JSON, TOML and shell text need no escaping."""
    assert fill(text, "<{}>".format) == filled


def test_placeholders_are_listed_in_order() -> None:
    """The names that have to be known are those that will be filled."""
    assert placeholders_in("{home} {{cwd}} {token}") == ["home", "token"]

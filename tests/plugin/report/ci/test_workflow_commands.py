"""Workflow commands are what the runner reads them as, and text of others is none."""

from __future__ import annotations

import pytest

from pytest_auth_provider.report.ci.workflow_commands import LONGEST, command, for_the_log, harmless
from tests.support.actions_runner import REGISTERED, Command, commands

HOSTILE = "50% of a:b, c=d\r\n::error::two\n##[error]three %0A ::"


def test_a_command_arrives_as_it_was_meant() -> None:
    """Whatever is in its message and its properties: one command, with every character of them."""
    line = command("error", HOSTILE, file="a,b:c.toml", line="3", title=HOSTILE)
    assert commands([line]) == [Command("error", {"file": "a,b:c.toml", "line": "3", "title": HOSTILE}, HOSTILE)]


def test_properties_without_a_value_are_left_out() -> None:
    """The runner would take no notice of them either."""
    assert command("notice", "x", file="", line="") == "::notice::x"


def test_a_long_message_is_cut() -> None:
    """Before GitHub does it, with dots that say so."""
    (found,) = commands([command("warning", "x" * 5000)])
    assert found.data == "x" * (LONGEST - 3) + "..."


@pytest.mark.parametrize("form", ["::{}::x", "::{} a=b,c=d::x", "##[{}]x", "stdout | ##[{} a=b;]x"])
def test_no_text_is_a_command(form: str) -> None:
    """In either form, behind anything that the runner skips."""
    for name in REGISTERED:
        for before in ("", "  ", "\t", "\u00a0\u3000", "\r", "said\n", "said\r", "\n\n "):
            text = before + form.format(name)
            assert commands([text])
            assert commands([harmless(text)]) == []


def test_what_is_no_command_stays() -> None:
    """Addresses, node ids and headings are shown as they are; a command is shown so that it can be read."""
    plain = "fe80::1 test.py::test_it ## [x] : ::"
    assert harmless(plain) == plain
    assert harmless("  ::error::no\n##[error]no") == "  \\x3a:error::no\n##\\x5berror]no"


@pytest.mark.parametrize(("value", "shown"), [("true", "\\x3a:error::x"), ("false", "::error::x"), ("", "::error::x")])
def test_only_github_is_shown_another_text(monkeypatch: pytest.MonkeyPatch, value: str, shown: str) -> None:
    """On any other terminal it drives nothing."""
    monkeypatch.setenv("GITHUB_ACTIONS", value)
    assert for_the_log("::error::x") == shown

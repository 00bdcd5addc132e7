"""Where everything stands in a sequence diagram, and what is left out."""

from __future__ import annotations

from dataclasses import replace

from pytest_auth_provider.report.forms.html.sequence import MOST, Sequence, Text, sequence_of
from pytest_auth_provider.report.steps import Step
from tests.support.sample_run import LOGOUT, STATUS


def drawn(*steps: Step) -> Sequence:
    """The diagram of these steps."""
    diagram = sequence_of(steps, "what it did")
    assert diagram is not None
    return diagram


def test_nothing_to_draw() -> None:
    """A row without steps has no diagram."""
    assert sequence_of((), "what it did") is None


def test_time_goes_down() -> None:
    """A command, each request with its answer below it, the fault between them, then how it ended; and the next one."""
    diagram = drawn(LOGOUT, STATUS)
    downwards = sorted(diagram.texts, key=lambda text: text.y)
    assert [(text.kind, text.text) for text in downwards if text.kind != "time"] == [
        ("command", "$ acme logout"),
        ("request", "GET /.well-known/openid-configuration"),
        ("answer", "200"),
        ("request", "POST /revoke"),
        ("fault", "ServerError(status=503)"),
        ("answer", "503"),
        ("more", "and 21 more like it"),
        ("request", "POST /token"),
        ("note", "the connection was reset"),
        ("answer", "no answer"),
        ("printed", "stdout | Revoked. You are signed out."),
        ("file", "removed .config/acme/session.json"),
        ("ending", "exit code 0 after 0.3 s"),
        ("command", "$ acme status"),
        ("printed", "stderr | not signed in"),
        ("ending", "exit code 1 after 0.1 s"),
    ]
    assert [text.detail for text in downwards if text.kind == "request"] == [
        "discovery",
        "revocation",
        "token [refresh_token]",
    ]
    assert [text.text for text in downwards if text.kind == "time"] == ["+0.00 s", "+0.02 s", "+0.22 s", "+0.31 s"]


def test_arrows_and_bars() -> None:
    """Requests and answers in turn, a fault beside its own, silence where nothing came; bars that do not overlap."""
    diagram = drawn(LOGOUT, STATUS)
    first, revoke, token = diagram.requests
    answered, failed = diagram.answers
    (silent,), (fault,) = diagram.silences, diagram.faults
    assert first < answered < revoke < fault < failed < token < silent
    logout, status = diagram.bars
    assert (logout.good, status.good) == (True, False)
    assert logout.top < first < silent < logout.bottom < status.top < status.bottom < diagram.height
    assert all(text.y <= diagram.height for text in diagram.texts)


def test_no_diagram_is_endless() -> None:
    """Of very many exchanges the first are drawn, and how many more there are is said."""
    asked = LOGOUT.exchanges[0]
    diagram = drawn(replace(LOGOUT, exchanges=(asked,) * (MOST - 2)), replace(LOGOUT, exchanges=(asked,) * 5))
    assert len(diagram.requests) == MOST
    assert "3 exchanges more, told in the text below" in {text.text for text in diagram.texts}
    assert "exchanges more." in diagram.story


def test_long_texts_are_cut() -> None:
    """A command in its middle, for it ends with what tells it from others; whoever points at it sees all of it."""
    long = replace(STATUS, command=f"acme {'--option ' * 30}logout", stderr=("e" * 200,))
    command, printed = (text for text in drawn(long).texts if text.kind in ("command", "printed"))
    assert (len(command.text), command.text[-6:], command.whole) == (84, "logout", f"$ {long.command}")
    assert (len(printed.text), printed.text[-1], len(printed.whole)) == (84, "…", 209)
    assert all(text.whole == "" for text in drawn(LOGOUT).texts)
    assert isinstance(command, Text)

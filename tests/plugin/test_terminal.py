"""The terminal section, at every width."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_auth_provider.report.rows import Row, merge, summary
from pytest_auth_provider.report.terminal import describe, failures, reasons, table
from pytest_auth_provider.verdict import Verdict

ROW = Row(
    contract="revoke/5xx-is-never-revoked",
    title="A 5xx from the revocation endpoint is never reported as a revocation.",
    level="MUST",
    source="RFC 7009 2.2.1",
    requirement='A 5xx must never be reported as "revoked successfully".',
    origin="",
    client="tool",
    version="1.2",
    verdict=Verdict.KEPT,
)
EVIDENCE = (
    "$ tool logout\n  exit code 0 after 0.1 s\n  #4 +0.00 s  POST /revoke (revocation) -> 503\n      <-- " + "x" * 160
)
BROKEN = replace(
    ROW,
    verdict=Verdict.BROKEN,
    reason="Expected: no\nActual:   yes",
    expected="no",
    actual="yes",
    stated=True,
    evidence=EVIDENCE,
)


def lines(found: object) -> list[str]:
    """The lines as text."""
    return list(map(str, found))  # type: ignore[call-overload]  # any iterable of lines


def test_promises_are_shortened_to_the_width() -> None:
    """At 80 columns a line is a line: verdict, contract, and as much of the promise as there is room for."""
    assert lines(table([ROW], 80)) == ["kept  revoke/5xx-is-never-revoked  A 5xx from the revocation endpoint is ..."]


def test_a_wide_terminal_shows_promises_whole() -> None:
    """At 200 columns nothing is left out."""
    assert lines(table([ROW], 200)) == [f"kept  revoke/5xx-is-never-revoked  {ROW.title}"]


def test_a_narrow_terminal_shows_no_promises() -> None:
    """Where there is no room for words there are none, rather than two of them."""
    assert lines(table([ROW], 50)) == ["kept  revoke/5xx-is-never-revoked"]


def test_promises_are_wrapped_where_everything_is_asked_for() -> None:
    """With -v the promise goes on below itself."""
    assert lines(table([ROW], 80, whole=True)) == [
        "kept  revoke/5xx-is-never-revoked  A 5xx from the revocation endpoint is never",
        "                                   reported as a revocation.",
    ]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_nothing_of_ours_is_wider_than_the_terminal(width: int) -> None:
    """No line of the table or of a broken contract is one that the terminal would break."""
    rows = [BROKEN, ROW, replace(ROW, verdict=Verdict.NOT_APPLICABLE, reason="tool has no " + "`logout` " * 20)]
    found = [*table(rows, width), *reasons(rows, width), *failures(rows, width)]
    assert max(map(len, lines(found))) <= width


def test_a_broken_contract_is_described_in_order() -> None:
    """What is asked, where it is written, what was expected and met, what the client did."""
    assert describe(BROKEN).splitlines() == [
        "broken: revoke/5xx-is-never-revoked (MUST, tool)",
        "  contract     A 5xx from the revocation endpoint is never reported as a revocation.",
        '  requirement  A 5xx must never be reported as "revoked successfully".',
        "  source       RFC 7009 2.2.1",
        "",
        "  Expected: no",
        "  Actual:   yes",
        "",
        "  What the client did:",
        *(f"    {line}" for line in EVIDENCE.splitlines()),
    ]


def test_one_reason_is_told_once_whatever_the_port() -> None:
    """Providers of different tests have different ports, which makes no two reasons of one."""
    rows = [
        replace(ROW, contract=f"a/{n}", verdict=Verdict.UNCHECKED, reason=f"is X pointed at http://127.0.0.1:{n}?")
        for n in (40001, 40002)
    ]
    assert "  The same for: a/40002" in lines(failures(rows, 80))
    assert sum(line.startswith("unchecked:") for line in lines(failures(rows, 80))) == 1


def test_what_happened_is_shown_as_it_is_indented() -> None:
    """Further lines of a text stand below its label; one that is too long goes on behind the label."""
    row = replace(BROKEN, actual="2 such request(s):\n  #1 POST /token\n  #2 POST /token", evidence="")
    assert describe(row).splitlines()[-4:] == [
        "  Expected: no",
        "  Actual:   2 such request(s):",
        "    #1 POST /token",
        "    #2 POST /token",
    ]
    assert lines(failures([replace(row, actual="it printed word word word word")], 30))[-2:] == [
        "  Actual:   it printed word",
        "            word word word",
    ]


def test_labels_have_a_colour_and_what_looks_like_one_has_none() -> None:
    """What a contract stated is coloured as such; nothing is looked for in words that came from elsewhere."""
    assert [line.colour for line in failures([replace(BROKEN, evidence="")], 80)][-2:] == ["green", "red"]
    other = replace(BROKEN, expected="", actual="", stated=False, evidence="")
    assert [line.colour for line in failures([other], 80)][-2:] == ["", ""]


def test_the_summary_counts() -> None:
    """How many contracts ended how."""
    assert summary([ROW, BROKEN, ROW]) == "2 kept, 1 broken"


def test_the_worst_variant_holds() -> None:
    """Of the variants of a contract the worst verdict holds, with its evidence, named."""
    rows = [replace(ROW, variants="500"), replace(BROKEN, variants="503"), replace(ROW, variants="html")]
    assert merge(rows) == [replace(BROKEN, variants="503", seconds=0.0)]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_rows_travel_as_text(verdict: Verdict) -> None:
    """A row survives the way to another process."""
    row = replace(BROKEN, verdict=verdict)
    assert Row.from_text(row.as_text()) == row

"""The terminal section, at every width."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_auth_provider.report.rows import Row, merge, summary
from pytest_auth_provider.report.terminal.failures import describe, failures
from pytest_auth_provider.report.terminal.overview import overview, reasons, table
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
ONCE_MORE = "  Once more: pytest --auth-provider --auth-client tool --auth-contract revoke/5xx-is-never-revoked"


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


def run_of_many() -> list[Row]:
    """A run of three families: one contract is broken, one advice, twelve do not apply, all others are kept."""
    rows = [replace(ROW, contract=f"{family}/{n:02}") for family in ("device", "refresh", "tls") for n in range(12)]
    rows[3] = replace(BROKEN, contract="device/03", variants="503")
    rows[14] = replace(BROKEN, contract="refresh/02", verdict=Verdict.ADVICE)
    rows[24:] = [replace(row, verdict=Verdict.NOT_APPLICABLE, reason="tool has no `logout`") for row in rows[24:]]
    return rows


def test_many_contracts_are_marks_by_family() -> None:
    """Those that were not kept come first, by name; each family has a line, with a mark for each contract."""
    assert lines(overview(run_of_many(), 80)) == [
        "broken  device/03   [503] A 5xx from the revocation endpoint is never ...",
        "advice  refresh/02  A 5xx from the revocation endpoint is never reported as ...",
        "",
        "device   11/12  ...X........",
        "refresh  11/12  ..!.........",
        "tls          -  ------------",
        "X broken   ! advice   . kept   - not applicable",
    ]


def test_a_family_is_not_wider_than_the_terminal() -> None:
    """Its marks go on below themselves, and no name of a verdict is torn apart."""
    rows = [replace(ROW, contract=f"device/{n:03}", verdict=Verdict.NOT_APPLICABLE) for n in range(70)]
    first, second, legend = lines(overview(rows, 60))
    assert (first, second) == (f"device  -  {'-' * 49}", f"{'':11}{'-' * 21}")
    assert legend == "- not applicable"


def test_reasons_that_many_contracts_share_are_counted() -> None:
    """With the number of contracts, the most common first; -v names the contracts."""
    rows = run_of_many()
    rows[24] = replace(rows[24], reason="tool asks no keyring")
    assert lines(reasons(rows, 80)) == [
        "",
        "not applicable: 12",
        "   11  tool has no `logout`",
        "    1  for other reasons (1); -v names every contract with its own",
    ]
    assert "  tls/00" in lines(reasons(rows, 80, whole=True))


def test_the_command_is_one_for_a_shell_at_any_width() -> None:
    """Where it does not fit, its lines end so that a shell goes on with the next."""
    assert lines(failures([BROKEN], 70))[-3:] == [
        "  Once more: pytest --auth-provider \\",
        "      --auth-client tool \\",
        "      --auth-contract revoke/5xx-is-never-revoked",
    ]


def test_advice_is_brief_where_there_is_much() -> None:
    """What the client did is told where a MUST is broken; for advice, the report has it."""
    told = lines(failures(run_of_many(), 80, brief=True))
    assert sum(line == "  What the client did:" for line in told) == 1
    assert told[-1].startswith("What the client did where it got advice")
    assert sum(line == "  What the client did:" for line in lines(failures(run_of_many(), 80))) == 2


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
        "",
        ONCE_MORE,
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
    row = replace(BROKEN, actual="2 such request(s):\n  #1 POST /token\n  #2 POST /token", evidence="", client="")
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
    assert [line.colour for line in failures([replace(BROKEN, evidence="", client="")], 80)][-2:] == ["green", "red"]
    other = replace(BROKEN, client="", expected="", actual="", stated=False, evidence="")
    assert [line.colour for line in failures([other], 80)][-2:] == ["", ""]


def test_the_summary_counts() -> None:
    """How many contracts ended how."""
    assert summary([ROW, BROKEN, ROW]) == "1 broken, 2 kept"


def test_the_worst_variant_holds() -> None:
    """Of the variants of a contract the worst verdict holds, with its evidence, named."""
    rows = [replace(ROW, variants="500"), replace(BROKEN, variants="503"), replace(ROW, variants="html")]
    by_variant = {"500": Verdict.KEPT, "503": Verdict.BROKEN, "html": Verdict.KEPT}
    assert merge(rows) == [replace(BROKEN, variants="503", seconds=0.0, by_variant=by_variant)]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_rows_travel_as_text(verdict: Verdict) -> None:
    """A row survives the way to another process."""
    row = replace(BROKEN, verdict=verdict)
    assert Row.from_text(row.as_text()) == row

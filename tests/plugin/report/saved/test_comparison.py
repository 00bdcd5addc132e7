"""What is better and what is worse in a second report."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.saved.comparison import Change, Changed, compare
from pytest_auth_provider.report.saved.reading import ReportError
from pytest_auth_provider.report.saved.report import Report
from pytest_auth_provider.report.saved.schema import comparison_schema
from pytest_auth_provider.report.saved.told import TOLD, as_json, as_markdown, as_text
from pytest_auth_provider.verdict import Verdict
from tests.support.reports import ROW, report, row

KEPT, BROKEN, ADVICE = Verdict.KEPT, Verdict.BROKEN, Verdict.ADVICE
UNCHECKED, UNSTABLE, SPARED = Verdict.UNCHECKED, Verdict.UNSTABLE, Verdict.NOT_APPLICABLE
DEVIATION, STALE = Verdict.DEVIATION, Verdict.STALE
EXPECTED: dict[Change | None, list[tuple[Verdict, Verdict]]] = {
    Change.WORSE: [(old, new) for old in (KEPT, STALE, SPARED) for new in (BROKEN, ADVICE, DEVIATION)],
    Change.BETTER: [(old, new) for old in (BROKEN, ADVICE, DEVIATION) for new in (KEPT, STALE)],
    Change.NOT_COMPARABLE: [(old, new) for old in Verdict for new in Verdict if {old, new} & {UNCHECKED, UNSTABLE}],
    Change.OTHER: [
        (KEPT, STALE),
        (STALE, KEPT),
        (KEPT, SPARED),
        (STALE, SPARED),
        (SPARED, KEPT),
        (SPARED, STALE),
        *((old, SPARED) for old in (BROKEN, ADVICE, DEVIATION)),
        *((old, new) for old in (BROKEN, ADVICE, DEVIATION) for new in (BROKEN, ADVICE, DEVIATION) if old is not new),
    ],
    None: [(same, same) for same in (KEPT, STALE, BROKEN, ADVICE, DEVIATION, SPARED)],
}
"""What becomes of a contract -> from which verdict to which one."""


def changed(before: Row | None, now: Row | None) -> Changed | None:
    """What became of one contract; None where it is as before."""
    other = row("house/other", KEPT)
    old, new = (report(other, *([one] if one else [])) for one in (before, now))
    (client,) = compare(old, new).clients
    assert client.same == 2 - len(client.changes)
    return client.changes[0] if client.changes else None


@pytest.mark.parametrize(
    ("change", "before", "now"), [(change, *pair) for change, pairs in EXPECTED.items() for pair in pairs]
)
def test_what_becomes_of_verdicts(change: Change | None, before: Verdict, now: Verdict) -> None:
    """What the client does counts; what could not be checked is neither better nor worse."""
    found = changed(replace(ROW, verdict=before), replace(ROW, verdict=now))
    assert (found and found.change) is change


def test_every_pair_of_verdicts_is_thought_of() -> None:
    """In the table above."""
    assert sorted(pair for pairs in EXPECTED.values() for pair in pairs) == sorted(
        (old, new) for old in Verdict for new in Verdict
    )


def test_a_contract_that_one_report_lacks() -> None:
    """Is new or gone, whatever its verdict."""
    new, gone = changed(None, row("a/b", BROKEN)), changed(row("a/b", BROKEN), None)
    assert new
    assert gone
    assert (new.change, new.before, new.now) == (Change.NEW, None, BROKEN)
    assert (gone.change, gone.before, gone.now) == (Change.GONE, BROKEN, None)


@pytest.mark.parametrize(
    ("before", "now", "change", "variants"),
    [
        ("a:kept b:broken", "a:broken b:broken", Change.WORSE, ["a"]),
        ("a:broken b:broken", "a:broken b:kept", Change.BETTER, ["b"]),
        ("a:kept b:broken", "a:broken b:kept", Change.WORSE, ["a"]),
        ("a:kept b:broken", "a:kept b:kept", Change.BETTER, ["b"]),
        ("a:kept b:kept", "a:kept b:broken", Change.WORSE, ["b"]),
        ("a:kept b:broken", "a:kept b:broken", None, []),
        # Of a variant that one of the runs left out nothing can be said.
        ("a:kept", "a:kept b:broken", Change.NOT_COMPARABLE, []),
        ("a:kept b:broken", "a:kept", Change.NOT_COMPARABLE, []),
        ("a:broken", "a:broken b:broken", None, []),
        ("a:broken b:kept", "a:kept b:unchecked", Change.NOT_COMPARABLE, []),
    ],
)
def test_variants_tell_more_than_the_verdict(before: str, now: str, change: Change | None, variants: list[str]) -> None:
    """Those that both runs judged."""

    def merged(text: str) -> Row:
        by_variant = {name: Verdict(verdict) for name, verdict in (case.split(":") for case in text.split())}
        return replace(ROW, verdict=min(by_variant.values(), key=[*Verdict].index), by_variant=by_variant)

    found = changed(merged(before), merged(now))
    assert (found and found.change, list(found.variants) if found else []) == (change, variants)


def test_what_a_passive_check_saw_counts() -> None:
    """All variants of the contract are kept, and it was broken while another one was checked."""
    now = replace(ROW, verdict=BROKEN, by_variant={"a": KEPT})
    found = changed(replace(ROW, by_variant={"a": KEPT}), now)
    assert found
    assert found.change is Change.WORSE


@pytest.mark.parametrize(
    ("under", "change"),
    [(["a/both"], Change.WORSE), (["a/now"], Change.NOT_COMPARABLE), (["a/spared"], Change.NOT_COMPARABLE)],
)
def test_what_a_passive_check_saw_needs_the_same_contracts(under: list[str], change: Change) -> None:
    """A run that did not check the contract under which it was seen could not see it; the other way round likewise."""
    before = [ROW, row("a/both", KEPT), row("a/spared", SPARED)]
    now = [
        replace(ROW, verdict=BROKEN, seen_under=tuple(under)),
        row("a/both", KEPT),
        row("a/now", KEPT),
        row("a/spared", KEPT),
    ]
    (client,) = compare(report(*before), report(*now)).clients
    assert next(one.change for one in client.changes if one.contract == ROW.contract) is change
    (client,) = compare(report(*now), report(*before)).clients
    back = Change.BETTER if change is Change.WORSE else change
    assert next(one.change for one in client.changes if one.contract == ROW.contract) is back


def test_clients_in_common_are_compared() -> None:
    """The others are named; without any there is nothing to compare."""
    before = report(ROW, replace(ROW, client="old"))
    now = report(ROW, replace(ROW, client="new"))
    comparison = compare(before, now)
    assert [client.client for client in comparison.clients] == ["tool"]
    assert (comparison.disappeared, comparison.appeared, comparison.is_lost) == (["old"], ["new"], True)
    with pytest.raises(
        ReportError, match=r"no client in common: tool before, new now\. Compare two that have different"
    ):
        compare(report(ROW), report(replace(ROW, client="new")))


def test_one_client_under_two_names() -> None:
    """Where a tool goes by another name, or two tools are compared."""
    before, now = report(ROW), report(replace(ROW, client="tool-2", verdict=BROKEN))
    (client,) = compare(before, now, {"tool": "tool-2"}).clients
    assert (client.client_before, client.client, client.is_worse) == ("tool", "tool-2", True)
    with pytest.raises(ReportError, match='the newer report has no client "tool-3"; did you mean "tool-2"'):
        compare(before, now, {"tool": "tool-3"})
    with pytest.raises(ReportError, match='the older report has no client "x" It has tool'):
        compare(before, now, {"x": "tool-2"})


def test_a_client_that_cannot_sign_in_any_more_is_worse() -> None:
    """There are no verdicts of it; where it could not before either, nothing got worse."""
    failed = report(profiles=(Profile("tool", problem="exit code 3\nno more"),))
    comparison = compare(report(ROW), failed)
    assert comparison.is_worse
    assert "worse: it could not be checked at all\n    exit code 3\n" in as_text(comparison)
    assert "It could not be checked at all: exit code 3\n" in as_markdown(comparison)
    assert not compare(failed, failed).is_worse


def example() -> tuple[Report, Report]:
    """Two reports with every change in them."""
    before = report(
        row("a/better", BROKEN),
        row("a/gone", KEPT),
        row("a/other", BROKEN),
        row("a/same", KEPT),
        row("a/unknown", KEPT),
        row("a/worse", KEPT, by_variant={"503": KEPT, "x": KEPT}),
        version="1.0",
    )
    now = report(
        row("a/better", KEPT, version="2.0"),
        row("a/new", ADVICE, version="2.0"),
        row("a/other", DEVIATION, version="2.0"),
        row("a/same", KEPT, version="2.0"),
        row("a/unknown", UNCHECKED, version="2.0", reason="the fault was met by nobody"),
        row(
            "a/worse",
            BROKEN,
            version="2.0",
            title="A client is polite, also to people whom it does not know, and who do not know it either.",
            reason="Expected: please\nActual:   <img src=x> hello\nmore\nand more",
            by_variant={"503": BROKEN, "x": KEPT},
        ),
        version="1.1",
    )
    return before, now


def test_text_fits_a_terminal() -> None:
    """Of 80 columns, without colours; what is worse comes first and is told with its reason."""
    text = as_text(compare(*example()))
    assert text == EXAMPLE
    assert max(map(len, text.splitlines())) <= 80


EXAMPLE = """\
Judged by pytest-auth-provider 1.0 before and 1.1 now, so that a verdict may
differ where the client does not.

tool 1.0 -> 2.0
  1 worse, 1 better, 1 not comparable, 1 changed otherwise, 1 new, 1 gone, 1 as
  before.

  worse
    a/worse [503]
      kept -> broken (MUST)
      A client is polite, also to people whom it does not know, and who do not
      know it either.
        Expected: please
        Actual:   <img src=x> hello
        more
        ...

  better
    a/better
      broken -> kept (MUST)
      A client is polite.

  not comparable: one of the two runs could not tell
    a/unknown
      kept -> unchecked (MUST)
      A client is polite.
        the fault was met by nobody

  changed otherwise, neither better nor worse
    a/other
      broken -> deviation (MUST)
      A client is polite.

  new: not in the older report
    a/new
      advice (MUST)
      A client is polite.

  gone: not in the newer report
    a/gone (kept)

Something got worse; some that was judged before was not judged now.
"""


def test_markdown_holds_no_foreign_markup() -> None:
    """A table for each change, and the reasons below."""
    text = as_markdown(compare(*example()))
    assert text.startswith(
        "# What changed\n\n**Something got worse; some that was judged before was not judged now.**\n"
    )
    assert "\n## tool 1.0 -> 2.0\n" in text
    assert "\n### Worse\n\n| contract | level | before | now | what it promises |\n" in text
    assert "\n| `a/worse` [503] | MUST | **kept** | **broken** | A client is polite, also" in text
    assert "\n- `a/worse`: Expected: please Actual:   &lt;img src=x> hello more ...\n" in text
    assert "\n| `a/new` | MUST |  | **advice** | A client is polite. |\n" in text


def test_json_keeps_to_its_schema() -> None:
    """The schema is that of what is printed."""
    told = json.loads(as_json(compare(*example())))
    jsonschema.validate(told, comparison_schema(), jsonschema.Draft202012Validator)
    assert told["clients"][0]["changes"][0] == {
        "contract": "a/worse",
        "title": "A client is polite, also to people whom it does not know, and who do not know it either.",
        "level": "MUST",
        "change": "worse",
        "before": "kept",
        "now": "broken",
        "variants": ["503"],
        "reason": "Expected: please\nActual:   <img src=x> hello\nmore\nand more",
    }


@pytest.mark.parametrize("form", TOLD)
def test_nothing_changed(form: str) -> None:
    """Is told, too."""
    comparison = compare(report(ROW), report(ROW))
    assert not comparison.is_worse
    assert not comparison.is_lost
    told = TOLD[form](comparison)
    assert "1 as before" in told or '"same": 1' in told
    if form == "text":
        assert told == "tool 1.0\n  1 as before.\n\nNothing got worse.\n"

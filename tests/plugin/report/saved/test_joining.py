"""The reports of several machines make the report of the whole."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_auth_provider.cli import main
from pytest_auth_provider.profile import Observation, Profile
from pytest_auth_provider.report.rows import Row, merge
from pytest_auth_provider.report.saved.joining import join
from pytest_auth_provider.report.saved.reading import ReportError, read_report
from pytest_auth_provider.report.saved.report import Report
from pytest_auth_provider.verdict import Verdict
from tests.support.reports import ROW, report, row

if TYPE_CHECKING:
    from tests.support.project import Project


def joined(*parts: Report) -> Report:
    """Join parts from files a.json, b.json and so on."""
    return join({Path(f"/there/{name}.json"): part for name, part in zip("abcdef", parts, strict=False)})


@st.composite
def runs(draw: st.DrawFn) -> list[list[Row]]:
    """The rows of one contract, one for each variant and some of passive checks, in the shards that ran them."""
    names = draw(st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), unique=True, min_size=1))
    declared = draw(st.sampled_from(["", "it was never meant to be"]))
    fails = Verdict.DEVIATION if declared else Verdict.BROKEN
    verdicts = [fails, Verdict.UNSTABLE, Verdict.UNCHECKED, Verdict.KEPT, Verdict.NOT_APPLICABLE]
    rows = [
        replace(
            ROW,
            verdict=draw(st.sampled_from(verdicts)),
            variants=name,
            declared=declared,
            reason=f"reason {name}",
            notes=(f"note {len(name)}", f"note {name}"),
        )
        for name in names
    ]
    rows = [
        replace(one, reason="", proof=(f"fact {one.variants}", "fact")) if one.verdict is Verdict.KEPT else one
        for one in rows
    ]
    passive = replace(ROW, verdict=fails, declared=declared, reason="Seen under house/other: it was rude")
    passive = replace(passive, seen_under=("house/other",))
    for _ in range(draw(st.integers(0, 2))):
        rows.insert(draw(st.integers(0, len(rows))), passive)
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    shards = [rows[start:end] for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    return [_as_run(shard, names) for shard in shards]


def _as_run(shard: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """Say in each row of a shard which variants were left out of it."""
    others = tuple(name for name in names if name not in {one.variants for one in shard})
    return [replace(one, left_out=others if one.variants else ()) for one in shard]


@settings(deadline=None)
@given(runs())
def test_the_parts_make_the_whole(shards: list[list[Row]]) -> None:
    """However the variants of a contract are spread over shards, and whatever else saw it broken."""
    whole = merge(replace(one, left_out=()) for shard in shards for one in shard)
    parts = [merge(shard) for shard in shards]
    assert merge(one for part in parts for one in part) == whole
    assert merge(whole) == whole


def test_a_deviation_is_stale_in_the_whole_alone() -> None:
    """One shard saw what it is declared for, and the other, which called it stale, did not."""
    declared = replace(ROW, declared="never meant to be")
    seen = replace(declared, verdict=Verdict.DEVIATION, reason="Seen under house/other: it was rude")
    (stale,) = merge([declared])
    assert stale.verdict is Verdict.STALE
    (whole,) = joined(report(stale), report(seen)).verdicts
    assert (whole.verdict, whole.reason) == (Verdict.DEVIATION, seen.reason)
    # And where each shard ran a part of the variants, only the whole can tell.
    first, second = (
        merge([replace(declared, variants=one, left_out=(other,))]) for one, other in (("a", "b"), ("b", "a"))
    )
    assert [one.verdict for one in (*first, *second)] == [Verdict.KEPT, Verdict.KEPT]
    (whole,) = joined(report(*first), report(*second)).verdicts
    assert (whole.verdict, whole.left_out) == (Verdict.STALE, ())


def test_what_no_part_ran_is_still_left_out() -> None:
    """Two shards of three."""
    parts = [report(replace(ROW, by_variant={one: Verdict.KEPT}, left_out=tuple({*"abc"} - {one}))) for one in "ab"]
    (whole,) = joined(*parts).verdicts
    assert (whole.left_out, [*whole.by_variant]) == (("c",), ["a", "b"])


def test_notices_are_told_once() -> None:
    """In the order of the parts; the day is that of the last one."""
    late = replace(report(notices=("two", "three")), date="2026-02-01")
    whole = joined(report(ROW, notices=("one", "two")), late)
    assert (whole.notices, whole.date) == (["one", "two", "three"], "2026-02-01")


def test_clients_stand_side_by_side() -> None:
    """By client and contract, with the profile of each."""
    other = replace(ROW, client="acme", version="7")
    whole = joined(report(ROW, profiles=(Profile("tool"),)), report(other, profiles=(Profile("acme"),)))
    assert [one.client for one in whole.verdicts] == ["acme", "tool"]
    assert [one.client for one in whole.profiles] == ["tool", "acme"]


def test_of_several_profiles_one_is_told() -> None:
    """Of a machine that could check the client; what others saw is a notice."""

    def seen(value: str) -> Profile:
        return Profile("tool", observations={"clock": Observation((value,), "it was tried")})

    failed = Profile("tool", problem="exit code 3\nno such file")
    whole = joined(
        report(profiles=(failed,)), report(ROW, profiles=(seen("python"),)), report(profiles=(seen("tokens"),))
    )
    assert whole.profiles == [seen("python")]
    assert whole.notices == [
        "a.json: tool could not be checked there: exit code 3",
        "c.json: tool was seen otherwise there: clock is tokens, elsewhere it is python.",
    ]
    assert joined(report(profiles=(failed,)), report(profiles=(failed,))).profiles == [failed]


def test_parts_of_different_runs_are_refused() -> None:
    """What judged and what was judged has to be the same; a version that a part does not know does not differ."""
    with pytest.raises(
        ReportError, match=r"no parts of one run: pytest-auth-provider has different versions, 1 in /th"
    ):
        joined(report(ROW, version="1"), report(ROW, version="2"))
    with pytest.raises(
        ReportError, match=r"tool has different versions, 1\.0 in /there/a\.json, 2\.0 in /there/b\.json"
    ):
        joined(report(ROW), report(replace(ROW, version="2.0")))
    spared = row("house/other", Verdict.NOT_APPLICABLE, version="")
    assert [one.version for one in joined(report(ROW), report(spared)).verdicts] == ["1.0", "1.0"]


def facts(path: Path) -> dict[str, dict[str, object]]:
    """What a report says of each contract, without times and tokens, and of what the client did the commands alone."""
    rows = json.loads(re.sub(r"eyJ[\w.-]+", "TOKEN", path.read_text()))["verdicts"]
    for one in rows:
        commands = re.findall(r"(?m)^\$ .*", one["evidence"])
        one.update(seconds=0, commands=0, evidence=commands, steps=[step["command"] for step in one["steps"]])
    return {one["contract"]: one for one in rows}


def test_shards_by_family_are_the_whole_run(project: Project) -> None:
    """A client that keeps, breaks and deviates, of which one family shows a secret that another one forbids."""
    project.contract("manners", "auth_client.login()\nauth_client.run('x-leak')")
    project.contract("mercy", "from auth_scenarios.verify import must\nmust(not auth_client.use(), 'a', 'b')")
    project.contract("modesty", "assert False")
    project.contract("thrift", facts='needs={"logout"}')
    project.client(more='deviations = { "house/modesty" = "it was never meant to be" }')
    options = ("-k", "house or no_secret_in_output or modes_of_files or created_0600")
    families = [("--auth-family", "house"), ("--auth-family", "hygiene", "--auth-family", "storage")]
    for name, chosen in (("whole", [*families[0], *families[1]]), ("a", families[0]), ("b", families[1])):
        project.check(*options, *chosen, f"--auth-report={name}.json")
    assert (
        main(["merge", *(str(project.path / f"{part}.json") for part in "ab"), "-o", str(project.path / "ab.json")])
        == 0
    )
    assert facts(project.path / "ab.json") == facts(project.path / "whole.json")
    told = {contract: one["verdict"] for contract, one in facts(project.path / "ab.json").items()}
    assert told["hygiene/no-secret-in-output"] == "broken"
    assert facts(project.path / "ab.json")["hygiene/no-secret-in-output"]["seen_under"] == ["house/manners"]
    assert {"kept", "broken", "deviation", "not applicable"} == {*told.values()}
    assert read_report(project.path / "ab.json").notices == read_report(project.path / "whole.json").notices

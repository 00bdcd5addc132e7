"""The loads of the soak run, in sizes that measure nothing. Speed itself is never tested here."""

from __future__ import annotations

import json
import shutil
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from benchmarks.soak.run import OWN, run, soak, table
from benchmarks.soak.scenarios import SCENARIOS, Outcome, Site, Sizes

SMALL = Sizes(pollers=4, sessions=60, rotations=2, tokens=50, exchanges=50, idle=5)


def test_every_load() -> None:
    """In one process each load is answered, and the table has a row for it with what there is to say."""
    rows = list(run(OWN[:1], SMALL))
    assert [row.scenario for row in rows] == list(SCENARIOS)
    written = table(row.cells for row in rows)
    for remark in ("4 of 4 signed in", "60 sessions", "0 exchanges dropped", "5 idle connections"):
        assert remark in written
    for row in rows[1:]:
        assert not isinstance(row.outcome, str), row.outcome
        assert set(row.outcome.measured.statuses) == {200}


@pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is missing; apt-get install redis-server")
def test_with_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its state in Redis the same sessions rotate."""
    monkeypatch.setattr("benchmarks.soak.run.SCENARIOS", {"rotations": SCENARIOS["rotations"]})
    [row] = run(OWN[1:2], SMALL)
    assert not isinstance(row.outcome, str), row.outcome
    assert row.outcome.measured.statuses == {200: 120}


def test_goes_on_from_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was ended goes on with the loads that it had not measured yet; other sizes are measured anew."""
    kept = tmp_path / "rows"
    monkeypatch.setattr("benchmarks.soak.run.OWN", OWN[:1])
    monkeypatch.setattr("benchmarks.soak.run.SCENARIOS", {"exchanges": SCENARIOS["exchanges"]})
    soak(SMALL, None, kept)
    monkeypatch.setattr("benchmarks.soak.run.SCENARIOS", {name: SCENARIOS[name] for name in ("rotations", "exchanges")})
    told = soak(SMALL, None, kept)
    assert "60 sessions" in told
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [line["cells"][0] for line in lines] == ["exchanges", "rotations"]
    soak(replace(SMALL, exchanges=100), None, kept)
    assert len(kept.read_text().splitlines()) == 4


def test_a_load_that_cannot_be_run_is_told_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are still run, and the next time it is tried again."""

    async def broken(_site: Site, _sizes: Sizes) -> Outcome:
        raise KeyError("dropped")

    kept = tmp_path / "rows"
    monkeypatch.setattr("benchmarks.soak.run.OWN", OWN[:1])
    monkeypatch.setattr("benchmarks.soak.run.SCENARIOS", {"broken": broken, "exchanges": SCENARIOS["exchanges"]})
    told = soak(SMALL, None, kept)
    assert "KeyError: 'dropped'" in told
    assert "broken" not in kept.read_text()
    assert "exchanges" in kept.read_text()


@pytest.mark.parametrize("share", [0.02, 1e-9])
def test_a_share_of_the_loads(share: float) -> None:
    """Every load is there, and each session rotates as often."""
    sizes = Sizes().times(share)
    assert min(astuple(sizes)) >= 1
    assert sizes.rotations == Sizes.rotations
    assert sizes.exchanges == max(1, round(1_000_000 * share))

"""The loads of the soak run, in sizes that measure nothing. Speed itself is never tested here."""

from __future__ import annotations

import shutil

import pytest

from benchmarks.soak.run import OWN, run, table
from benchmarks.soak.scenarios import SCENARIOS, Sizes

SMALL = Sizes(pollers=4, sessions=60, rotations=2, tokens=50, exchanges=50, idle=5)


def test_every_load() -> None:
    """In one process each load is answered, and the table has a row for it with what there is to say."""
    rows = list(run(OWN[:1], SMALL))
    assert [row.scenario for row in rows] == list(SCENARIOS)
    written = table(rows)
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

"""Whole runs are measured: what is counted, and where it is written. Speed itself is never tested here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks.runs.costs import COLD, Cost, installed_clients, measure_run
from benchmarks.runs.page import HEADING, kept_section, section, with_section
from benchmarks.runs.unused import Unused, measure_unused

COST = Cost("gh", (COLD,), contracts=10, cases=20, commands=50, seconds=40.0, processor=15.0, cold_command=0.5)
UNUSED = Unused(without=200.0, added=4.2, rounds=20)


@pytest.mark.parametrize("options", [(COLD,), ()], ids=["one process", "several"])
def test_a_run_is_counted(options: tuple[str, ...]) -> None:
    """Contracts by the report, cases by what pytest ran, commands by what was started, experiments included."""
    cost = measure_run("reference", "-k", "local_cleanup and 503 or created_0600", "--auth-no-profile", *options)
    assert (cost.client, cost.contracts, cost.cases) == ("reference", 2, 2)
    # Both sign in, one signs out; the version is asked for, or a fork server trained, by each process that runs a case.
    assert cost.commands >= 4
    assert cost.cold_command is not None
    assert 0 < cost.cold_command < cost.seconds
    assert cost.processor > 0


def test_a_run_without_verdicts_says_why() -> None:
    """What pytest printed is the message."""
    with pytest.raises(RuntimeError, match=r"mistaken: the run gave no verdicts\n(.*\n)*.*mistaken"):
        measure_run("mistaken")


def test_what_is_derived() -> None:
    """Waited is what is left of the time; a ratio needs a cold command and something to divide by."""
    assert (COST.waited, COST.cold_commands_per_case, COST.cold_commands_per_contract) == (25.0, 4.0, 8.0)
    busy = replace(COST, processor=60.0, cold_command=None)
    assert (busy.waited, busy.cold_commands_per_case) == (0.0, None)
    assert replace(COST, cases=0).cold_commands_per_case is None


def test_who_is_installed() -> None:
    """The reference client always is, and comes first."""
    assert installed_clients()[0] == "reference"


def test_the_plugin_is_measured_unused() -> None:
    """Both kinds of run pass, and take time."""
    unused = measure_unused(rounds=1)
    assert unused.without > 0
    assert Unused(200.0, 11.0, 1).holds is False
    assert Unused(200.0, 10.0, 1).holds is True


def test_the_section_tells_all() -> None:
    """Also that a machine was busy, and that a promise does not hold."""
    told = section([COST], UNUSED, load=0.5)
    assert "| gh --auth-cold | 10 | 20 | 50 | 40.0 | 15.0 | 25.0 | 0.50 | 4.00 | 8.00 |" in told
    assert "adds 4.2 ms of processor to the 200 ms" in told
    assert "it holds" in told
    assert "busy" not in told
    busy = section([COST], replace(UNUSED, added=12.0), load=5.0)
    assert "busy" in busy
    assert "**it does not hold**" in busy


def test_each_part_of_the_page_outlives_the_other() -> None:
    """The provider's figures are written anew without the runs, and the other way round."""
    first = with_section("# Page\n\nfigures\n", f"{HEADING}\n\nold runs\n")
    assert first == f"# Page\n\nfigures\n\n{HEADING}\n\nold runs\n"
    assert with_section(first, f"{HEADING}\n\nnew runs\n") == f"# Page\n\nfigures\n\n{HEADING}\n\nnew runs\n"
    assert with_section("# Page\n\nnew figures\n", kept_section(first)) == first.replace("figures", "new figures")
    assert with_section("# Page\n", kept_section("# Page\n")) == "# Page\n"


def test_the_command_measures_and_writes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the clients it is given, each a second time with `--cold`; what else is on the page stays."""
    page = tmp_path / "page.md"
    page.write_text("# Page\n\nfigures\n", encoding="utf-8")
    measured = lambda client, *options: replace(COST, client=client, options=options)  # noqa: E731 - a stand-in
    monkeypatch.setattr(program, "measure_run", measured)
    monkeypatch.setattr(program, "measure_unused", lambda: UNUSED)
    program.main(["--runs", "gh", "osa", "--cold", "--output", str(page)])
    written = page.read_text(encoding="utf-8")
    assert written.startswith(f"# Page\n\nfigures\n\n{HEADING}\n")
    names = [line.split(" |")[0] for line in written.splitlines() if line.startswith(("| gh", "| osa"))]
    assert names == ["| gh", "| gh --auth-cold", "| osa", "| osa --auth-cold"]
    assert "| osa --auth-cold" in capsys.readouterr().out

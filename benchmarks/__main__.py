"""`python -m benchmarks`: measure the provider beside its peers, write docs/benchmarks.md. Takes about five minutes.

`--soak` measures loads that last instead, in one process and in several with Redis, and prints a table.
`--runs` measures whole runs of the plugin instead, and writes their section of the page.
`--robustness` tries instead what must hold however often it is tried, and prints how often it was.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.field import OURS, ROOT
from benchmarks.measures import Counts, measure
from benchmarks.peers import Peers, install
from benchmarks.report import Report, terminal
from benchmarks.results import Results
from benchmarks.robustness import run as robustness
from benchmarks.runs.costs import COLD, installed_clients, measure_run
from benchmarks.runs.page import kept_section, section, with_section
from benchmarks.runs.unused import measure_unused
from benchmarks.soak.run import soak
from benchmarks.soak.scenarios import Sizes
from benchmarks.where_time_goes import Profile

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pytest-auth-provider-peers"


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the table, write the page."""
    chosen = _arguments().parse_args(arguments)
    if chosen.soak:
        sizes = dataclasses.replace(Sizes(), exchanges=chosen.exchanges).times(chosen.share)
        print(soak(sizes, None if chosen.no_peers else chosen.peers, chosen.keep))
        return
    if chosen.robustness:
        told, holds = robustness.try_all(robustness.Sizes().times(chosen.share))
        print(told)
        sys.exit(not holds)
    load = os.getloadavg()[0]
    if chosen.runs is not None:
        _write(chosen.output, with_section(_read(chosen.output), _runs(chosen.runs, chosen.cold, load)))
        return
    peers = Peers() if chosen.no_peers else install(chosen.peers)
    field = [*OURS, *peers.there]
    results = Results()
    measure(field, dataclasses.replace(Counts(), rounds=chosen.rounds, tokens=chosen.tokens), results)
    answers = (("discovery", "RS256"), ("jwks", "RS256"), ("token", "RS256"), ("token", "ES256"))
    report = Report(field, results, [Profile(*answer) for answer in answers], peers.missing, load)
    print(terminal(report))
    _write(chosen.output, with_section(report.markdown(), kept_section(_read(chosen.output))))


def _runs(clients: Sequence[str], cold: bool, load: float) -> str:
    """Measure whole runs of these clients, of all that are installed where none is named; return the section."""
    costs = []
    for client in clients or installed_clients():
        for options in ((), (COLD,)) if cold else ((),):
            print(f"run of {client} {' '.join(options)}", file=sys.stderr)
            costs.append(measure_run(client, *options))
    written = section(costs, measure_unused(), load)
    print(written)
    return written


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8") if page.exists() else ""


def _write(page: Path, text: str) -> None:
    page.write_text(text, encoding="utf-8")
    print(f"written to {page}", file=sys.stderr)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--peers", type=Path, default=CACHE, metavar="DIR", help="where peers are installed (%(default)s)"
    )
    parser.add_argument("--no-peers", action="store_true", help="measure the floor and the provider alone")
    parser.add_argument("--soak", action="store_true", help="loads that last instead, printed as a table")
    parser.add_argument("--robustness", action="store_true", help="what must hold instead, tried again and again")
    parser.add_argument(
        "--share", type=float, default=1.0, help="that share of the loads or attempts only, such as 0.02 (%(default)s)"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="keep what --soak has measured there, and go on from what is there"
    )
    parser.add_argument(
        "--runs",
        nargs="*",
        metavar="CLIENT",
        help="whole runs of the plugin instead: of these clients, or of every preset whose program is installed",
    )
    parser.add_argument("--cold", action="store_true", help=f"with --runs: each client a second time, with {COLD}")
    parser.add_argument(
        "--exchanges", type=int, default=Sizes.exchanges, help="how many exchanges the longest load has (%(default)s)"
    )
    parser.add_argument("--rounds", type=int, default=Counts.rounds, help="how many rounds (%(default)s)")
    parser.add_argument("--tokens", type=int, default=Counts.tokens, help="tokens before memory is measured")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write")
    return parser


if __name__ == "__main__":
    main()

"""The commands about reports that were saved, with their options: `compare`, `merge`, `badge`, and `schema`.

What they do is imported as they are called. `--client` names one client; `compare` knows one under two names.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from fakeprovider.cli.command_line import Command

STDOUT: Final = "-"
"""The name of standard output, where a file is expected."""


def _add_compare_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Say what is better and what is worse in the second of two JSON reports."
    parser.epilog = "Exit code: 0 nothing got worse, 1 something did, 2 the files cannot be compared."
    add = parser.add_argument
    add("before", type=Path, metavar="OLD.json", help="the older report")
    add("now", type=Path, metavar="NEW.json", help="the newer report")
    add(
        "--client",
        action="append",
        default=[],
        metavar="NAME",
        help="compare this client alone; BEFORE=NOW where it has two names; may be repeated",
    )
    add("--format", choices=("text", "markdown", "json"), default="text", help="how to tell it (default: text)")
    add("--strict", action="store_true", help="exit with 1, too, where what was judged before was not judged now")


def _compare(options: argparse.Namespace) -> int:
    from pytest_auth_provider.cli.compare import compare_reports

    return compare_reports(options.before, options.now, options.client, options.format, strict=options.strict)


def _add_merge_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Join the JSON reports of several machines to the report of the whole run."
    add = parser.add_argument
    add("parts", type=Path, nargs="+", metavar="PART.json", help="the reports to join")
    add(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="where to write the whole, in the form that the ending says, as of --auth-report",
    )


def _merge(options: argparse.Namespace) -> int:
    from pytest_auth_provider.cli.merge import merge_reports

    return merge_reports(options.parts, options.output)


def _add_badge_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Draw a badge of a JSON report: how many contracts a client keeps and breaks, as SVG."
    add = parser.add_argument
    add("report", type=Path, metavar="REPORT.json", help="the report")
    add("-o", "--output", default=STDOUT, metavar="FILE", help="where to write; - is standard output (default)")
    add("--client", default="", metavar="NAME", help="the client to draw, where the report has several")
    add("--label", default="sign-in contracts", metavar="TEXT", help="what stands on the left")


def _badge(options: argparse.Namespace) -> int:
    from pytest_auth_provider.cli.badge import draw_badge

    return draw_badge(options.report, options.output, options.client, options.label)


def _add_schema_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Print a JSON Schema (draft 2020-12): of adapters, of JSON reports, or of comparisons of two."
    add = parser.add_argument
    add("what", nargs="?", choices=("adapters", "report", "comparison"), default="adapters", help="default: adapters")


def _schema(options: argparse.Namespace) -> int:
    import json

    print(json.dumps(_schema_of(options.what)(), indent=2))
    return 0


def _schema_of(what: str) -> Callable[[], dict[str, object]]:
    """Return the function that makes the schema."""
    if what == "adapters":
        from pytest_auth_provider.adapters.schema import file_schema

        return file_schema
    from pytest_auth_provider.report.saved.schema import comparison_schema, report_schema

    return report_schema if what == "report" else comparison_schema


COMMANDS: Final = (
    Command("compare", "what got better and worse between two reports", _compare, _add_compare_options),
    Command("merge", "join the reports of several machines", _merge, _add_merge_options),
    Command("badge", "draw a badge of a report", _badge, _add_badge_options),
    Command("schema", "the JSON Schema of adapters, reports and comparisons", _schema, _add_schema_options),
)
"""The commands about reports, in the order of `--help`."""

"""The Markdown report: a table of verdicts per client, and below it everything about each that is not "kept"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pytest_auth_provider.report.rows import Row, summary, times
from pytest_auth_provider.verdict import Verdict

DETAILED: Final = (Verdict.BROKEN, Verdict.ADVICE, Verdict.UNCHECKED, Verdict.STALE, Verdict.DEVIATION)
"""The verdicts that have a section of their own below the table."""


def render_markdown(rows: Sequence[Row], date: str, version: str) -> str:
    """Return the report of one run; `date` and `version` (of pytest-auth-provider) go to the head."""
    lines = ["# Verdicts", "", f"Written by pytest-auth-provider {version} on {date}.", ""]
    for client in dict.fromkeys((row.client, row.version) for row in rows):
        own = [row for row in rows if (row.client, row.version) == client]
        lines += _client(" ".join(filter(None, client)), own)
    return "\n".join(lines).rstrip() + "\n"


def _client(name: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield the part of one client: its table, what does not apply to it, and the verdicts in detail."""
    yield from (f"## {name}", "", summary(rows), "", times(rows), "")
    yield from ("| verdict | contract | level | what it promises | source |", "|---|---|---|---|---|")
    for row in rows:
        variants = f" ({row.variants})" if row.variants else ""
        cells = (f"**{row.verdict}**", f"`{row.contract}`{variants}", row.level, row.title, row.source)
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"
    yield ""
    not_applicable = [row for row in rows if row.verdict is Verdict.NOT_APPLICABLE]
    if not_applicable:
        yield from ("### Not applicable", "")
        yield from (f"- `{row.contract}`: {row.reason}" for row in not_applicable)
        yield ""
    for row in rows:
        if row.verdict in DETAILED:
            yield from _details(row)


def _details(row: Row) -> Iterator[str]:
    """Yield the section of one contract: what it asks, why the verdict is what it is, what the client did."""
    yield from (f"### {row.verdict}: {row.contract}", "", f"> {row.requirement}", "> ", f"> {row.source}", "")
    yield from ("```text", row.reason, "```", "")
    if row.evidence:
        yield from ("What the client did:", "", "```text", row.evidence, "```", "")


def _cell(text: str) -> str:
    """Return the text as it may stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ")

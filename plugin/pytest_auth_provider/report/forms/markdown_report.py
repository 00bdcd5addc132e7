"""The report in Markdown, for people: what is not kept first, each thing told once, and the rest folded away.

It is made for the page of a pull request: a line of counts and a table of what is not kept; behind folds what is kept,
what does not apply, and how the client was seen to work; then each contract of the table in full, with what the client
did behind another fold. Commands that an earlier contract told are not told again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.evidence import render_evidence
from pytest_auth_provider.report.forms.markdown import block, cell, code, folded, inert, quoted
from pytest_auth_provider.report.forms.retelling import Told
from pytest_auth_provider.report.profiles import profile_in_markdown
from pytest_auth_provider.report.rows import Row, all_notes, summary, times
from pytest_auth_provider.report.terminal.failures import ACCUSED, CONFIRMED
from pytest_auth_provider.verdict import Verdict

_SETTLED = (Verdict.KEPT, Verdict.NOT_APPLICABLE)
"""The verdicts of which no more is told than their reason."""


def render_markdown(
    rows: Sequence[Row], date: str, version: str, notices: Sequence[str] = (), profiles: Sequence[Profile] = ()
) -> str:
    """Return the report of one run; `date`, `version` (of pytest-auth-provider) and `notices` go to the head."""
    lines = ["# Verdicts", "", f"Written by pytest-auth-provider {version} on {date}.", ""]
    lines += [line for notice in notices for line in (f"**Note:** {inert(notice)}", "")]
    of_clients = {profile.client: profile for profile in profiles}
    for client in dict.fromkeys((row.client, row.version) for row in rows):
        own = [row for row in rows if (row.client, row.version) == client]
        profile = of_clients.pop(client[0], Profile(client[0]))
        lines += _client(" ".join(filter(None, client)), own, profile)
    for profile in of_clients.values():  # of clients that could not be checked at all
        lines += [f"## {inert(profile.client)}", "", *profile_in_markdown(profile)]
    return "\n".join(lines).rstrip() + "\n"


def _client(name: str, rows: Sequence[Row], profile: Profile) -> Iterator[str]:
    """Yield the part of one client: counts and table, what is folded, and in full whatever is not kept."""
    order = list(Verdict)
    open_ones = sorted((row for row in rows if row.verdict not in _SETTLED), key=lambda row: order.index(row.verdict))
    yield from (f"## {inert(name)}", "", summary(rows), "", times(rows), "")
    yield from _table(open_ones) if open_ones else ("Every contract that applies is kept.", "")
    yield from _kept([row for row in rows if row.verdict is Verdict.KEPT])
    yield from _not_applicable([row for row in rows if row.verdict is Verdict.NOT_APPLICABLE])
    yield from profile_in_markdown(profile)
    told = Told()
    for row in open_ones:
        yield from _details(row, told)
    noted = all_notes(rows)
    if noted:
        yield from ("### Seen meanwhile", "", *(f"- {inert(note)}" for note in noted), "")


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table of what is not kept."""
    yield from ("| verdict | contract | level | what it promises | source |", "|---|---|---|---|---|")
    for row in rows:
        variants = f" ({row.variants})" if row.variants else ""
        cells = (f"**{row.verdict}**", f"{code(row.contract)}{variants}", row.level, row.title, row.source)
        yield "| " + " | ".join(map(cell, cells)) + " |"
    yield ""


def _kept(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what is kept, folded."""
    if rows:
        listed = (f"- {code(row.contract)} ({inert(row.level)}): {inert(row.title)}" for row in rows)
        yield from folded(f"{len(rows)} {Verdict.KEPT}", [*listed, ""])


def _not_applicable(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what does not apply, folded, each reason once."""
    grouped: dict[str, list[str]] = {}
    for row in rows:
        grouped.setdefault(row.reason, []).append(code(row.contract))
    if rows:
        listed = (f"- {inert(' '.join(reason.split()))}: {', '.join(names)}" for reason, names in grouped.items())
        yield from folded(f"{len(rows)} {Verdict.NOT_APPLICABLE}", [*listed, ""])


def _details(row: Row, told: Told) -> Iterator[str]:
    """Yield the section of one contract: what it asks, why the verdict is what it is, what the client did."""
    yield from (f"### {row.verdict}: {inert(row.contract)}", "", quoted(row.requirement), ">", quoted(row.source), "")
    yield from block(row.reason)
    if row.confirmed:
        yield from (CONFIRMED, "")
    if row.evidence:
        yield from folded("What the client did", _evidence(row, told))
    if row.harm and row.verdict in ACCUSED:
        yield from (f"**What a user suffers:** {inert(row.harm)}", "")


def _evidence(row: Row, told: Told) -> Iterator[str]:
    """Yield what the client did, as far as no earlier contract told it."""
    if not row.steps:  # a report of an earlier version has the text alone
        yield from block(row.evidence)
        return
    contract, alike = told.retell(row.contract, row.steps)
    if alike:
        what = "first command did" if alike == 1 else f"first {alike} commands did"
        yield from (f"The {what} the same as under {code(contract)}.", "")
    if row.steps[alike:]:
        yield from block(render_evidence(row.steps[alike:]))

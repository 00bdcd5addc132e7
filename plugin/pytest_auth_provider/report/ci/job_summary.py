"""The summary of a job in GitHub Actions: from rows to what its page shows below the log.

For each client: how many contracts ended how, a table of those that want attention, and folded below it what the client
did. Everything is HTML on lines of its own, in which no text of a client is markup, be it of HTML or of Markdown.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pytest_auth_provider.printable import printable
from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.rows import Row, summary
from pytest_auth_provider.report.terminal.failures import ACCUSED, FAILURES

LIMIT: Final = 1024 * 1024
"""How many bytes the summary of one step may have: one that has more is not shown at all."""
LONGEST_CELL: Final = 600
"""Characters of a text in the table; what is longer is shown whole below it."""
LONGEST_EVIDENCE: Final = 20_000
"""Characters that are shown of what a client did under one contract."""
_WHERE: Final = "The log has them, and so has a file that --auth-report names."
_TOGETHER: Final = 50
"""Rows of one table, which is shown as a whole or not at all."""
_COLUMNS: Final = ("verdict", "contract", "expected", "actual", "what a user suffers")


def render_summary(rows: Sequence[Row], notices: Sequence[str], profiles: Sequence[Profile], room: int = LIMIT) -> str:
    """Return the summary of one run, in no more than `room` bytes of UTF-8; a sentence tells of what is left out."""
    return _within(_parts(rows, notices, {profile.client: profile for profile in profiles}), room)


def _parts(rows: Sequence[Row], notices: Sequence[str], profiles: dict[str, Profile]) -> Iterator[str]:
    """Yield the summary in parts, each of which can be shown without those behind it."""
    yield from (f"<p><strong>Note:</strong> {_text(notice)}</p>" for notice in notices)
    for client in dict.fromkeys([*(row.client for row in rows), *profiles]):
        own = [row for row in rows if row.client == client]
        profile = profiles.get(client, Profile(client))
        version = next((row.version for row in own if row.version), profile.version)
        yield f"<h3>auth provider: {_text(' '.join(filter(None, (client, version))))}</h3>"
        if profile.problem:
            yield f"<p><strong>not checked</strong>: the client cannot sign in.</p>{_folded('Why', profile.problem)}"
        if own:
            yield f"<p>{summary(own)}</p>"
            yield from _attention([row for row in own if row.verdict in FAILURES])


def _attention(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what wants attention, the worst first: as many rows of a table as there are, and what the client did."""
    worst_first = sorted(rows, key=lambda row: FAILURES.index(row.verdict))
    head = "".join(f"<th>{column}</th>" for column in _COLUMNS)
    for number in range(0, len(worst_first), _TOGETHER):
        lines = "".join(map(_line, worst_first[number : number + _TOGETHER]))
        yield f"<table><tr>{head}</tr>{lines}</table>"
    yield from map(_details, worst_first)


def _line(row: Row) -> str:
    accuses = row.verdict in ACCUSED
    name = f"{row.contract} [{row.variants}]" if row.variants else row.contract
    texts = (
        f"<code>{_text(name)}</code><br>{_text(row.title)}",
        _cell(row.expected),
        _cell(row.actual if row.expected and row.actual else row.reason),
        _cell(row.harm if accuses else ""),
    )
    return f"<tr><td><strong>{row.verdict}</strong></td>{''.join(f'<td>{text}</td>' for text in texts)}</tr>"


def _details(row: Row) -> str:
    """Return what there is to say about one contract, folded."""
    label = f"{row.verdict}: {row.contract}"
    story = "\n\n".join(filter(None, (f"{row.requirement}\n({row.source})", row.reason, row.evidence)))
    return _folded(label, story)


def _folded(label: str, text: str) -> str:
    short = text if len(text) <= LONGEST_EVIDENCE else f"{text[:LONGEST_EVIDENCE]}\n... cut off here. {_WHERE}"
    return f"<details><summary>{_text(label)}</summary><pre>{_text(short)}</pre></details>"


def _cell(text: str) -> str:
    """Return a text for the table, shortened; its lines stay lines."""
    short = text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]} ..."
    return _text(short).replace("&#10;", "<br>")


def _text(text: str) -> str:
    """Return a foreign text as it may stand in a line of HTML within Markdown: nothing in it ends that line."""
    return html.escape(printable(text)).replace("\n", "&#10;")


def _within(parts: Iterable[str], room: int) -> str:
    """Return the parts, one paragraph each, as many as there is room for, and a sentence on how many are left out."""
    texts = [f"{part}\n\n" for part in parts]
    sizes = [len(text.encode()) for text in texts]
    if sum(sizes) <= room:
        return "".join(texts)
    left = room - len(_closing(len(texts)))
    shown = 0
    while shown < len(texts) and sizes[shown] <= left:
        left -= sizes[shown]
        shown += 1
    return "".join([*texts[:shown], _closing(len(texts) - shown)]) if left >= 0 else ""


def _closing(left_out: int) -> str:
    return f"<p><strong>{left_out} more parts are left out, as a summary holds 1 MiB at most. {_WHERE}</strong></p>\n\n"

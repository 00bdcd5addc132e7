"""A comparison as text for a terminal, as Markdown for the page of a pull request, and as JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Final

from pytest_auth_provider.printable import printable
from pytest_auth_provider.report.forms.markdown import inert
from pytest_auth_provider.report.saved.comparison import Change, Changed, ComparedClient, Comparison

_EXPLAINED: Final[Mapping[Change, str]] = {
    Change.WORSE: "worse",
    Change.BETTER: "better",
    Change.NOT_COMPARABLE: "not comparable: one of the two runs could not tell",
    Change.OTHER: "changed otherwise, neither better nor worse",
    Change.NEW: "new: not in the older report",
    Change.GONE: "gone: not in the newer report",
}
"""What became of contracts -> the heading above them."""
_WITH_REASON: Final = (Change.WORSE, Change.NOT_COMPARABLE)
"""The changes that are told with the reason of the verdict now."""
_REASON_LINES: Final = 3
"""How many lines of a reason are shown; the report has all of it."""


def as_text(comparison: Comparison, width: int = 80) -> str:
    """Return a comparison as lines of plain text, no wider than `width` where words allow it."""
    lines = [line for sentence in _head(comparison) for line in _wrapped(sentence, width, "")]
    for client in comparison.clients:
        lines += ["", _named(client), *_wrapped(f"{_summary(client)}.", width, "  ")]
        if client.problem:
            lines += ["", "  worse: it could not be checked at all"]
            lines += [line for part in _shown(client.problem) for line in _wrapped(part, width, "    ")]
        for change, changes in _groups(client):
            lines += ["", f"  {_EXPLAINED[change]}"]
            lines += [line for one in changes for line in _contract(one, width)]
    return "\n".join([*lines, "", f"{_conclusion(comparison)}."]).lstrip("\n") + "\n"


def _contract(one: Changed, width: int) -> Iterator[str]:
    """Yield the lines of one contract: what became of it, its promise, and why where that matters.

    Of a contract that is gone one line will do: a run that left out a family has many.
    """
    if one.change is Change.GONE:
        yield f"    {one.contract} ({_turn(one)})"
        return
    yield f"    {one.contract}{_variants(one)}"
    yield from _wrapped(f"{_turn(one)} ({one.level})", width, "      ")
    yield from _wrapped(one.title, width, "      ")
    if one.change in _WITH_REASON:
        yield from (line for part in _shown(one.reason) for line in _wrapped(part, width, "        "))


def as_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown, as a comment on a pull request may have it."""
    lines = ["# What changed", "", f"**{_conclusion(comparison)}.**", ""]
    lines += [line for sentence in _head(comparison) for line in (inert(sentence), "")]
    for client in comparison.clients:
        lines += [f"## {inert(_named(client))}", "", f"{_summary(client)}.", ""]
        if client.problem:
            lines += [f"It could not be checked at all: {inert(_first_line(client.problem))}", ""]
        for change, changes in _groups(client):
            heading = _EXPLAINED[change]
            lines += [f"### {heading[:1].upper()}{heading[1:]}", ""]
            lines += ["| contract | level | before | now | what it promises |", "|---|---|---|---|---|"]
            lines += [_cells(one) for one in changes] + [""]
            reasons = [one for one in changes if one.change in _WITH_REASON and one.reason]
            lines += [f"- `{one.contract}`: {inert(' '.join(_shown(one.reason)))}" for one in reasons]
            lines += [""] if reasons else []
    return "\n".join(lines).rstrip() + "\n"


def _cells(one: Changed) -> str:
    before, now = (f"**{verdict}**" if verdict else "" for verdict in (one.before, one.now))
    cells = (f"`{one.contract}`{_variants(one)}", one.level, before, now, one.title)
    return "| " + " | ".join(inert(cell).replace("|", "\\|") for cell in cells) + " |"


def as_json(comparison: Comparison) -> str:
    """Return a comparison as JSON, of the members that `auth-provider schema comparison` describes."""
    return json.dumps(asdict(comparison), indent=2) + "\n"


TOLD: Final[Mapping[str, Callable[[Comparison], str]]] = {"text": as_text, "markdown": as_markdown, "json": as_json}
"""Name of a way to tell a comparison -> what does so."""


def _head(comparison: Comparison) -> Iterator[str]:
    """Yield what a reader should know first: who judged otherwise, and who was not compared."""
    if comparison.version != comparison.version_before:
        yield (
            f"Judged by pytest-auth-provider {comparison.version_before} before and {comparison.version} now, so that "
            "a verdict may differ where the client does not."
        )
    if comparison.disappeared:
        yield f"In the older report alone, so not compared: {', '.join(comparison.disappeared)}."
    if comparison.appeared:
        yield f"In the newer report alone, so not compared: {', '.join(comparison.appeared)}."


def _named(client: ComparedClient) -> str:
    """Return the name of a client with its versions, where they are known: `acme 1.2 -> 1.3`, or `acme 1.2`."""
    before = " ".join(filter(None, (client.client_before, client.version_before)))
    now = " ".join(filter(None, (client.client, client.version)))
    if before == now:
        return now
    same = client.client == client.client_before
    return f"{before} -> {client.version or 'an unknown version' if same else now}"


def _summary(client: ComparedClient) -> str:
    """Count what became of the contracts, as in `1 worse, 2 better, 118 as before`."""
    numbers = {change: sum(one.change is change for one in client.changes) for change in Change}
    told = [f"{number} {change}" for change, number in numbers.items() if number]
    return ", ".join([*told, f"{client.same} as before"])


def _conclusion(comparison: Comparison) -> str:
    """Return in a sentence whether anything got worse, and whether all of it could be compared."""
    worse = "Something got worse" if comparison.is_worse else "Nothing got worse"
    return f"{worse}; some that was judged before was not judged now" if comparison.is_lost else worse


def _groups(client: ComparedClient) -> Iterator[tuple[Change, list[Changed]]]:
    """Yield what became of contracts, with those of which it did, in the order they are told."""
    for change in Change:
        changes = [one for one in client.changes if one.change is change]
        if changes:
            yield change, changes


def _turn(one: Changed) -> str:
    """Return the verdicts of a contract: `kept -> broken`, or the only one there is."""
    return " -> ".join(str(verdict) for verdict in (one.before, one.now) if verdict)


def _variants(one: Changed) -> str:
    return f" [{', '.join(one.variants)}]" if one.variants else ""


def _shown(text: str) -> list[str]:
    """Return the first lines of a text."""
    lines = [line for line in printable(text).splitlines() if line.strip()]
    return [*lines[:_REASON_LINES], *(["..."] if len(lines) > _REASON_LINES else [])]


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _wrapped(text: str, width: int, margin: str) -> list[str]:
    """Wrap a text below its own beginning."""
    own = margin + " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(
        text.strip(),
        width,
        initial_indent=own,
        subsequent_indent=own,
        break_long_words=False,
        break_on_hyphens=False,
    )

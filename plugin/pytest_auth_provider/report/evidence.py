"""Evidence: what the client did and what went over the wire, in order, for a person to judge a verdict by."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.clients.outcome import Outcome

LINES = 12
"""How many lines of each output stream are shown."""
BODY = 160
"""How many characters of a body are shown."""


def told(outcomes: Iterable[Outcome]) -> str:
    """Every command in order: how it ended, what it printed, and the exchanges it caused."""
    return "\n".join(line for outcome in outcomes for line in _command(outcome))


def _command(outcome: Outcome) -> Iterator[str]:
    yield f"$ {shlex.join(outcome.argv)}"
    yield f"  {outcome.ending()}"
    yield from _stream("stdout", outcome.stdout)
    yield from _stream("stderr", outcome.stderr)
    for exchange in outcome.exchanges:
        yield from _exchange(exchange)


def _stream(name: str, text: str) -> Iterator[str]:
    lines = text.rstrip().splitlines()
    if len(lines) > LINES:
        yield f"  {name} | ... {len(lines) - LINES} lines before"
    for line in lines[-LINES:]:
        yield f"  {name} | {line}"


def _exchange(exchange: Exchange) -> Iterator[str]:
    yield f"  {exchange.line}"
    if exchange.form:
        yield f"      sent:     {_short('&'.join(f'{name}={_brief(value)}' for name, value in exchange.form.items()))}"
    if exchange.status and exchange.response_body:
        yield f"      answered: {_short(exchange.response_body.decode('utf-8', 'replace'))}"


def _brief(value: str) -> str:
    return value if len(value) <= 24 else f"{value[:12]}...{value[-6:]}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= BODY else f"{flat[:BODY]}..."

"""Evidence: what the client did and what went over the wire, in order, for a person to judge a verdict by.

$ acme use                                                           the command, without the way to its program
  exit code 1 after 0.2 s                                            how it ended
  stderr | could not refresh                                         the end of what it printed
  #3 POST /token (token[refresh_token]) -> 503 : ServerError(503)    each exchange it caused
      sent:     grant_type=refresh_token&...                         the form of the request
      answered: ...                                                  the body of the answer
"""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.report.redaction import redact

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.outcome.outcome import Outcome


LINES = 12
"""How many lines of each output stream are shown, from its end."""
REPEATS = 3
"""How many exchanges in a row are shown that are alike."""
BODY = 160
"""How many characters of a body are shown."""
VALUE = 24
"""How many characters the value of a form field may have to be shown whole."""


def render_evidence(outcomes: Iterable[Outcome], sandbox: Path) -> str:
    """Return every command in order: how it ended, what it printed, and the exchanges it caused; redacted.

    Of commands that ran at the same time, the first one has their exchanges: nobody knows whose they are.
    """
    outcomes = list(outcomes)
    shown: set[int] = set()
    return redact("\n".join(line for outcome in outcomes for line in _command(outcome, shown)), outcomes, sandbox)


def _command(outcome: Outcome, shown: set[int]) -> Iterator[str]:
    """Yield the lines of one command; `shown` are the numbers of the exchanges that have been told already."""
    yield f"$ {in_one_line(shlex.join(map(_without_way, outcome.argv)))}"
    yield f"  {outcome.ending()}"
    yield from _stream("stdout", outcome.stdout)
    yield from _stream("stderr", outcome.stderr)
    yield from (f"  reached the provider: {noise}" for noise in outcome.noise)
    new = [exchange for exchange in outcome.exchanges if exchange.number not in shown]
    shown.update(exchange.number for exchange in new)
    for _alike, group in itertools.groupby(new, _likeness):
        first, rest = (alike := list(group))[:REPEATS], alike[REPEATS:]
        for exchange in first:
            yield from _exchange(exchange)
        if rest:
            yield f"  ... and {len(rest)} more like it, #{rest[0].number} to #{rest[-1].number}"


def _without_way(word: str) -> str:
    """Return the name alone of a program or script that is named by its path, be it behind another program."""
    path = Path(word)
    return path.name if path.is_absolute() and path.is_file() else word


def _stream(name: str, text: str) -> Iterator[str]:
    """Yield the last lines of an output stream."""
    lines = printable(text).rstrip().splitlines()
    if len(lines) > LINES:
        yield f"  {name} | ... {len(lines) - LINES} lines before"
    for line in lines[-LINES:]:
        yield f"  {name} | {line}"


def _likeness(exchange: Exchange) -> tuple[object, ...]:
    """Return what makes exchanges alike: of several in a row that are, only the first `REPEATS` are shown."""
    path, _, _query = exchange.path.partition("?")
    return exchange.method, path, exchange.endpoint, exchange.grant, exchange.status, exchange.faults


def _exchange(exchange: Exchange) -> Iterator[str]:
    """Yield the request with its answer, what was sent as a form, and the body of the answer."""
    yield f"  {exchange.line}"
    if exchange.form:
        yield f"      sent:     {_short('&'.join(f'{name}={_brief(value)}' for name, value in exchange.form.items()))}"
    if exchange.status and exchange.response_body:
        yield f"      answered: {_short(exchange.response_body.decode('utf-8', 'replace'))}"


def _brief(value: str) -> str:
    """Return the value of a form field, without its middle where it is long."""
    return value if len(value) <= VALUE else f"{value[:12]}...{value[-6:]}"


def _short(text: str) -> str:
    """Return a body in one line, cut off where it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= BODY else f"{flat[:BODY]}..."

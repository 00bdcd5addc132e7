"""Evidence: what the client did and what went over the wire, in order, for a person to judge a verdict by."""

from __future__ import annotations

import itertools
import re
import shlex
import socket
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.clients.outcome import Outcome


HOST = socket.gethostname()
"""The name of this machine, which some clients send along or print."""
SHARED = {Path("/"), Path("/usr"), Path("/usr/local")}
"""Where programs of the whole machine live: no secret about it."""
TOKEN = re.compile(r"[A-Za-z0-9_.~+=-]{80,}")
"""What nobody reads to its end."""
PYTHON = re.compile(r"(?<![\w.<>-])(?:/[\w.+-]+)+(?=/lib/python3\.\d+/)")
"""Where a Python is installed, as its tracebacks tell."""
FILL = re.compile(r"([ \u2500-\u257f])\1{15,}")
"""What boxes are filled up with to the width of a terminal."""
UUID = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
"""What installations and sessions are numbered with: its beginning tells one from another."""
OURS = Path(__file__).parent.parent
"""Where this plugin is installed."""
LINES = 12
"""How many lines of each output stream are shown."""
REPEATS = 3
"""How many exchanges in a row are shown that are alike."""
BODY = 160
"""How many characters of a body are shown."""


def told(outcomes: Iterable[Outcome], sandbox: Path) -> str:
    """Every command in order: how it ended, what it printed, and the exchanges it caused, fit to be shown to others."""
    outcomes = list(outcomes)
    shown: set[int] = set()
    return hide("\n".join(line for outcome in outcomes for line in _command(outcome, shown)), outcomes, sandbox)


def hide(text: str, outcomes: Iterable[Outcome], sandbox: Path) -> str:
    """The text without what is this machine's own business, and without the middle of long tokens and ids.

    Paths become `<sandbox>`, `<environment>`, `<python>` and `<pytest_auth_provider>`, its name becomes `<host>`.
    """
    programs = (Path(outcome.argv[0]) for outcome in outcomes)
    environments = {program.parent.parent for program in programs if program.is_absolute()} | {Path(sys.prefix)}
    text = text.replace(str(sandbox), "<sandbox>").replace(str(OURS), "<pytest_auth_provider>")
    for environment in sorted(environments - SHARED, key=lambda path: -len(str(path))):
        text = text.replace(str(environment), "<environment>")
    for name in sorted({HOST, HOST.partition(".")[0]} - {"", "localhost"}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", "<host>", text)
    text = UUID.sub(r"\1...", text)
    text = FILL.sub(r"\1\1\1\1", PYTHON.sub("<python>", text))
    return TOKEN.sub(lambda found: f"{found[0][:24]}...{found[0][-6:]}", text)


def _command(outcome: Outcome, shown: set[int]) -> Iterator[str]:
    """One command. Of commands that ran at the same time, the first one has their exchanges: nobody knows whose."""
    program, *arguments = outcome.argv
    yield f"$ {shlex.join([Path(program).name, *arguments])}"
    yield f"  {outcome.ending()}"
    yield from _stream("stdout", outcome.stdout)
    yield from _stream("stderr", outcome.stderr)
    new = [exchange for exchange in outcome.exchanges if exchange.number not in shown]
    shown.update(exchange.number for exchange in new)
    for _alike, group in itertools.groupby(new, _likeness):
        first, rest = (alike := list(group))[:REPEATS], alike[REPEATS:]
        for exchange in first:
            yield from _exchange(exchange)
        if rest:
            yield f"  ... and {len(rest)} more like it, #{rest[0].number} to #{rest[-1].number}"


def _stream(name: str, text: str) -> Iterator[str]:
    lines = text.rstrip().splitlines()
    if len(lines) > LINES:
        yield f"  {name} | ... {len(lines) - LINES} lines before"
    for line in lines[-LINES:]:
        yield f"  {name} | {line}"


def _likeness(exchange: Exchange) -> tuple[object, ...]:
    """What exchanges have in common that tell nothing new one after the other; their reasons may count seconds."""
    path, _, _query = exchange.path.partition("?")
    return exchange.method, path, exchange.endpoint, exchange.grant, exchange.status, exchange.faults


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

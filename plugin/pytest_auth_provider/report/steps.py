"""Steps: what the client did, command by command with the exchanges each caused, as values that a report may show.

They are redacted and printable, and no longer than a reader bears: of each stream its end, of exchanges that come again
and again the first, of a body its beginning. `report.evidence` makes text of them, other reports draw them.
"""

from __future__ import annotations

import itertools
import shlex
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.report.redaction import Redaction
from pytest_auth_provider.report.secrets import MEMBERS, shorten, shorten_header

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.outcome.files import FileChanges
    from pytest_auth_provider.outcome.outcome import Outcome

LINES: Final = 12
"""How many lines of each output stream are shown, from its end."""
REPEATS: Final = 3
"""How many exchanges in a row are shown that are alike."""
BODY: Final = 160
"""How many characters of a body or a header are shown."""
READ: Final = 65536
"""How many bytes of a body are looked at: what is shown is shortened first, and cut off then."""
VALUE: Final = 24
"""How many characters the value of a form field may have to be shown whole."""
FILES: Final = 10
"""How many files that a command wrote or removed are named."""

Headers = tuple[tuple[str, str], ...]
Fit = Callable[[str], str]


@dataclass(frozen=True)
class Asked:
    """One exchange: what was asked of the provider and what it answered."""

    number: int
    """Its number among the exchanges of its provider."""
    endpoint: str
    """Name of the endpoint; "" where no route matched."""
    grant: str
    """Name of the grant; "" outside the token endpoint."""
    method: str
    """Method of the request."""
    path: str
    """Path of the request, without its query."""
    status: int
    """Status of the answer; 0 where nothing was answered."""
    at: float
    """When it arrived, in seconds since the first exchange told, as the client's own clock went."""
    seconds: float
    """How many seconds the answer took, as the client's own clock went."""
    sent: str = ""
    """The form of the request; "" where there is none."""
    answered: str = ""
    """The body of the answer; "" where there is none."""
    faults: tuple[str, ...] = ()
    """The faults that touched it."""
    note: str = ""
    """Why the provider rejected it; "" where it did not."""
    request_headers: Headers = ()
    """Header fields of the request, each its name and its value."""
    response_headers: Headers = ()
    """Header fields of the answer, each its name and its value."""
    more: int = 0
    """How many exchanges like this one came right after it and are not told."""
    scheme: str = "http"
    """`http` or `https`."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Return the exchange behind its JSON values. Raises `KeyError` or `TypeError` where they are none."""
        headers = {
            name: tuple((str(key), str(value)) for key, value in values[name])
            for name in ("request_headers", "response_headers")
        }
        return cls(**{**values, **headers, "faults": tuple(values["faults"])})


@dataclass(frozen=True)
class Step:
    """One command of the client, and what it caused."""

    command: str
    """Its command line, without the ways to programs."""
    ending: str
    """How it ended, in a few words."""
    stdout: tuple[str, ...] = ()
    """The last lines that it printed."""
    stderr: tuple[str, ...] = ()
    """The last lines that it printed to standard error."""
    noise: tuple[str, ...] = ()
    """Bytes that reached the provider and were no request."""
    exchanges: tuple[Asked, ...] = ()
    """What it asked of the provider; of commands that ran at the same time, the first has the exchanges of all."""
    files: tuple[str, ...] = ()
    """What it wrote and removed, as in `created .config/acme/session.json`."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Return the step behind its JSON values. Raises `KeyError` or `TypeError` where they are none."""
        lists = {name: tuple(values[name]) for name in ("stdout", "stderr", "noise", "files")}
        return cls(**{**values, **lists, "exchanges": tuple(map(Asked.from_values, values["exchanges"]))})


def steps_of(outcomes: Iterable[Outcome], sandbox: Path, fit: Fit | None = None) -> tuple[Step, ...]:
    """Return a step for every command in order; `sandbox` is the directory the client lived in.

    Every text is as `fit` returns it: as a `Redaction` does, that of these outcomes where none is given.
    """
    outcomes = list(outcomes)
    fit = fit or Redaction(outcomes, sandbox)
    first = _first(outcomes)
    zero = first.monotonic if first else 0.0
    later = zero + _pause(outcomes)
    shown: set[int] = set()
    return tuple(_step(one, sandbox, shown, zero if one.earlier else later, fit) for one in outcomes)


def _pause(outcomes: Sequence[Outcome]) -> float:
    """Return for how long a sign-in of an earlier case had been over when the client's own commands began, in seconds.

    No client waited meanwhile, so nothing is told of that time.
    """
    earlier = [exchange.monotonic for outcome in outcomes if outcome.earlier for exchange in outcome.exchanges]
    own = [exchange.monotonic for outcome in outcomes if not outcome.earlier for exchange in outcome.exchanges]
    return max(min(own) - max(earlier), 0.0) if earlier and own else 0.0


def began(outcomes: Iterable[Outcome]) -> float:
    """Return when the first exchange arrived, in seconds since 1970 by the clock of this machine; 0.0 for none.

    `Asked.at` counts from there. The clocks of client and provider may have been moved, and this one was not.
    """
    first = _first(outcomes)
    return round(time.time() - (time.monotonic() - first.monotonic + first.skipped), 3) if first else 0.0


def _first(outcomes: Iterable[Outcome]) -> Exchange | None:
    """Return the exchange that arrived first."""
    exchanges = (exchange for outcome in outcomes for exchange in outcome.exchanges)
    return min(exchanges, key=lambda exchange: exchange.monotonic, default=None)


def _step(outcome: Outcome, sandbox: Path, shown: set[int], began: float, fit: Fit) -> Step:
    """Return the step of one command; `shown` are the numbers of the exchanges that have been told already."""
    new = [exchange for exchange in outcome.exchanges if exchange.number not in shown]
    shown.update(exchange.number for exchange in new)
    return Step(
        command=fit(in_one_line(shlex.join(map(_without_way, outcome.argv)))),
        ending=fit(in_one_line(outcome.ending())),
        stdout=tuple(_stream(outcome.stdout, fit)),
        stderr=tuple(_stream(outcome.stderr, fit)),
        noise=tuple(fit(in_one_line(noise)) for noise in outcome.noise),
        exchanges=tuple(_exchanges(new, began, fit)),
        files=tuple(_files(outcome.files, sandbox, fit)),
    )


def _without_way(word: str) -> str:
    """Return the name alone of a program or script that is named by its path, be it behind another program."""
    path = Path(word)
    return path.name if path.is_absolute() and path.is_file() else word


def _stream(text: str, fit: Fit) -> Iterator[str]:
    """Yield the last lines of an output stream."""
    lines = printable(text).rstrip().splitlines()
    if len(lines) > LINES:
        yield f"... {len(lines) - LINES} lines before"
    yield from fit("\n".join(lines[-LINES:])).splitlines()


def _exchanges(seen: Sequence[Exchange], began: float, fit: Fit) -> Iterator[Asked]:
    """Yield exchanges as they are told: of those in a row that are alike the first, with the count of the others."""
    for _alike, group in itertools.groupby(seen, _likeness):
        first, rest = (alike := list(group))[:REPEATS], alike[REPEATS:]
        for exchange in first:
            yield _asked(exchange, began, fit, len(rest) if exchange is first[-1] else 0)


def _likeness(exchange: Exchange) -> tuple[object, ...]:
    """Return what makes exchanges alike."""
    path, _, _query = exchange.path.partition("?")
    return exchange.method, path, exchange.endpoint, exchange.grant, exchange.status, exchange.faults


def _asked(exchange: Exchange, began: float, fit: Fit, more: int) -> Asked:
    """Return an exchange as it is told."""
    form = "&".join(_member(name, value, fit) for name, value in exchange.form.items())
    body = exchange.response_body[:READ].decode("utf-8", "replace") if exchange.status else ""
    return Asked(
        number=exchange.number,
        endpoint=exchange.endpoint,
        grant=exchange.grant,
        method=in_one_line(exchange.method),
        path=fit(in_one_line(exchange.path.partition("?")[0])),
        status=exchange.status,
        at=round(exchange.monotonic - began, 3),
        seconds=round(exchange.seconds, 3),
        sent=in_one_line(_short(form)),
        answered=in_one_line(_short(fit(body))),
        faults=tuple(fit(in_one_line(fault)) for fault in exchange.faults),
        note=fit(in_one_line(exchange.note)),
        request_headers=_headers(exchange.request_headers, fit),
        response_headers=_headers(exchange.response_headers, fit),
        more=more,
        scheme=exchange.scheme,
    )


def _headers(headers: Iterable[tuple[str, str]], fit: Fit) -> Headers:
    """Return header fields, the values of what identifies without their middle."""
    return tuple((in_one_line(name), in_one_line(_short(fit(shorten_header(name, value))))) for name, value in headers)


def _member(name: str, value: str, fit: Fit) -> str:
    """Return a member of a request as in a form, its value in brief."""
    return f"{fit(name)}={shorten(value) if name in MEMBERS else _brief(fit(value))}"


def _files(changes: FileChanges, sandbox: Path, fit: Fit) -> Iterator[str]:
    """Yield what a command wrote and removed, by the path within the directory it lived in."""
    did = {"created": changes.created, "changed": changes.changed, "removed": changes.removed}
    named = [(verb, path) for verb, paths in did.items() for path in paths]
    for verb, path in named[:FILES]:
        name = path.relative_to(sandbox) if path.is_relative_to(sandbox) else path
        yield fit(in_one_line(f"{verb} {name}"))
    if len(named) > FILES:
        yield f"... and {len(named) - FILES} files more"


def _brief(value: str) -> str:
    """Return a value without its middle where it is long."""
    return value if len(value) <= VALUE else f"{value[:12]}...{value[-6:]}"


def _short(text: str) -> str:
    """Return a body in one line, cut off where it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= BODY else f"{flat[:BODY]}..."

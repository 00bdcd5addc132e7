"""Sequence diagrams: what a client did, with two lifelines, client and provider; time goes down.

    +0.00 s   |-- POST /token -------------------->|     a request, with the grant it asks by
              |                  ServerError(503) ~|     the fault that met it
              |<- - - - - - - - - - - - - - 503 - -|     the answer

A bar on the lifeline of the client is a command; at its end stand how it ended, the last it printed and the files it
wrote. Here is decided where everything stands and what is left out; `templates/sequence.html` draws it. Lengths are in
units of the drawing, one of which is a pixel on a wide screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from pytest_auth_provider.report.evidence import headline
from pytest_auth_provider.report.steps import Asked, Step

WIDTH: Final = 780
CLIENT: Final = 92
"""Where the lifeline of the client stands; left of it is the time."""
PROVIDER: Final = 740
HEAD: Final = 44
"""How much room the names of the two take."""
MOST: Final = 30
"""How many exchanges are drawn; the text beside the diagram has all that were told."""
MOST_TOLD: Final = 5
"""How many exchanges of a command are told in words."""
PRINTED: Final = 3
"""How many of the last lines that a command printed stand at its end."""
_CODE_FITS: Final = 84
_PROSE_FITS: Final = 92
_PATH_FITS: Final = 52

Kind = Literal["command", "printed", "file", "noise", "more", "ending", "time", "request", "fault", "note", "answer"]


@dataclass(frozen=True)
class Text:
    """A text whose base line begins at `x`, `y`, or ends there, as its kind says; `whole` is what was cut off of."""

    kind: Kind
    x: float
    y: float
    text: str
    whole: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Bar:
    """A command, from where it began to where it ended; `good` where it ended with exit code 0."""

    top: float
    bottom: float
    good: bool

    @property
    def height(self) -> float:
        """How long it is."""
        return self.bottom - self.top


@dataclass
class Sequence:
    """A diagram: `title` and `story` say in words what it shows, the rest where everything stands.

    `requests`, `answers`, `silences` (where no answer came) and `faults` are how far down each of them is.
    """

    title: str
    story: str = ""
    height: float = HEAD
    texts: list[Text] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    silences: list[float] = field(default_factory=list)
    faults: list[float] = field(default_factory=list)
    width: int = WIDTH
    client: int = CLIENT
    provider: int = PROVIDER


def sequence_of(steps: Iterable[Step], title: str) -> Sequence | None:
    """Return the diagram of what a client did in these steps, None where there are none."""
    steps = list(steps)
    if not steps:
        return None
    drawn = Sequence(title, " ".join(_story(steps)))
    left = MOST
    for step in steps:
        _command(drawn, step, left)
        left = max(0, left - len(step.exchanges))
    drawn.height += 10
    return drawn


def _story(steps: Iterable[Step]) -> Iterator[str]:
    """Yield what happened in sentences: of each command the first exchanges, and how it ended."""
    for step in steps:
        yield f"{step.command}: {step.ending}."
        for asked in step.exchanges[:MOST_TOLD]:
            more = f", and {asked.more} more like it" if asked.more else ""
            yield f"At {asked.at:.2f} s {headline(asked)}{more}."
        if len(step.exchanges) > MOST_TOLD:
            yield f"{len(step.exchanges) - MOST_TOLD} exchanges more."
        yield from (f"It {what}." for what in step.files)


def _command(drawn: Sequence, step: Step, left: int) -> None:
    """Draw one command with the first `left` of its exchanges."""
    drawn.height += 18
    top = drawn.height - 12
    command = f"$ {step.command}"
    cut = _middle(command, _CODE_FITS)
    drawn.texts.append(Text("command", CLIENT + 16, drawn.height, cut, _whole(command, cut)))
    drawn.height += 6
    for noise in step.noise:
        drawn.height += 18
        _line(drawn, "noise", f"reached the provider: {noise}", _PROSE_FITS)
    for asked in step.exchanges[:left]:
        _exchange(drawn, asked)
    hidden = len(step.exchanges) - left
    if hidden > 0:
        _more(drawn, f"{hidden} exchanges more, told in the text below")
    printed = [f"stdout | {line}" for line in step.stdout] + [f"stderr | {line}" for line in step.stderr]
    for line in [line for line in printed if line.partition("| ")[2].strip()][-PRINTED:]:
        drawn.height += 17
        _line(drawn, "printed", line, _CODE_FITS)
    for what in step.files:
        drawn.height += 18
        _line(drawn, "file", what, _CODE_FITS)
    drawn.height += 20
    _line(drawn, "ending", step.ending, _PROSE_FITS)
    drawn.bars.append(Bar(top, drawn.height - 4, step.ending.startswith("exit code 0 ")))
    drawn.height += 12


def _exchange(drawn: Sequence, asked: Asked) -> None:
    """Draw a request, the faults that met it, why it was rejected, and its answer."""
    drawn.height += 20
    grant = " ".join(filter(None, (asked.endpoint, asked.grant and f"[{asked.grant}]")))
    path = f"{asked.method} {asked.path}"
    cut = _cut(path, _PATH_FITS)
    drawn.texts.append(Text("time", CLIENT - 12, drawn.height, f"+{asked.at:.2f} s"))
    drawn.texts.append(Text("request", CLIENT + 16, drawn.height, cut, _whole(path, cut), grant))
    drawn.height += 8
    drawn.requests.append(drawn.height)
    for fault in asked.faults:
        drawn.height += 18
        drawn.faults.append(drawn.height)
        _line(drawn, "fault", fault, _CODE_FITS, PROVIDER - 22)
    if asked.note:
        drawn.height += 18
        _line(drawn, "note", asked.note, _PROSE_FITS, PROVIDER - 16)
    drawn.height += 20
    if asked.seconds >= 0.1:
        drawn.texts.append(Text("time", CLIENT - 12, drawn.height, f"+{asked.at + asked.seconds:.2f} s"))
    drawn.texts.append(Text("answer", PROVIDER - 16, drawn.height, str(asked.status) if asked.status else "no answer"))
    drawn.height += 8
    (drawn.answers if asked.status else drawn.silences).append(drawn.height)
    if asked.more:
        _more(drawn, f"and {asked.more} more like it")


def _more(drawn: Sequence, text: str) -> None:
    """Draw that something is left out."""
    drawn.height += 20
    drawn.texts.append(Text("more", (CLIENT + PROVIDER) / 2, drawn.height, text))


def _line(drawn: Sequence, kind: Kind, text: str, fits: int, x: float = CLIENT + 16) -> None:
    """Write a text of one line, without its end where it is too long for the drawing."""
    cut = _cut(text, fits)
    drawn.texts.append(Text(kind, x, drawn.height, cut, _whole(text, cut)))


def _whole(text: str, cut: str) -> str:
    """Return what a text was before it was cut, "" where nothing is missing."""
    return text if cut != text else ""


def _middle(text: str, fits: int) -> str:
    """Return a text without its middle where it is too long: a command line ends with what tells it from others."""
    return text if len(text) <= fits else f"{text[: fits // 2]}…{text[1 - fits // 2 :]}"


def _cut(text: str, fits: int) -> str:
    return text if len(text) <= fits else f"{text[: fits - 1]}…"

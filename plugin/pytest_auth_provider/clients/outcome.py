"""The outcome: what one action of a client did, and whether it crashed or said honestly what went wrong."""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.models import SUCCESS
from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES, Phrase
from pytest_auth_provider.adapters.vocabulary import did_you_mean
from pytest_auth_provider.clients.files import FileChanges
from pytest_auth_provider.exposure import Exposure
from pytest_auth_provider.processes.runner import Command, CommandResult

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.network.proxy import Contact


CRASHES: dict[str, re.Pattern[str]] = {
    # The plain and the boxed (rich) traceback; the `File` line tells it from a sentence that mentions tracebacks.
    "Python traceback": re.compile(
        r"Traceback \(most recent call last\)[^\n]*\n(?:[^\n]*\n){0,3}?"
        r"(?:[ \t|│]*File \"[^\"\n]+\", line \d+|[│|] +\S+\.py:\d+ in )"
        r"|^Fatal Python error: ",
        re.MULTILINE,
    ),
    "Go panic": re.compile(r"^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[[^\]\n]+\]:$", re.MULTILINE),
    "Rust panic": re.compile(r"thread '[^'\n]*' (?:\(\d+\) )?panicked at ", re.MULTILINE),
    "Node.js stack": re.compile(
        r"^ {4}at (?:[^\n]* \()?(?:file://|node:|/|\w:\\|<anonymous>)[^\n]*:\d+:\d+\)?$", re.MULTILINE
    ),
    "Java exception": re.compile(
        r"^[ \t]+at [\w.$<>/@]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)$", re.MULTILINE
    ),
    # Both quote styles: `in 'name' (Ruby 3.4) and `in `name' before; the newest also names the class.
    "Ruby exception": re.compile(r"^[^\s:]+:\d+:in [`'][^'\n]+': .* \((?:\w+::)*\w+\)$", re.MULTILINE),
}
"""Runtime -> what it prints as it dies of an uncaught failure."""


def find_crash(text: str) -> str | None:
    """Name the kind of crash that `text`, a program's output, shows; None where it shows none."""
    return next((name for name, pattern in CRASHES.items() if pattern.search(text)), None)


def crash_line(text: str) -> str:
    """Return the line of `text` that shows the crash, for a report; empty where there is none."""
    for pattern in CRASHES.values():
        if match := pattern.search(text):
            return match.group().splitlines()[0].strip()
    return ""


TAIL = 20
"""Lines of each stream that a description shows."""


@dataclass(frozen=True)
class Outcome:
    """What one action did: exit code, output, duration, crash, exchanges seen, files changed.

    `argv` is the last command of the action. `exit_code` is negative for a signal, `expected` holds the exit codes
    declared for the action. `seconds` is how long its commands took. `crash` names an uncaught failure. `exchanges` are
    those the provider saw meanwhile, of this client or of another. `leftovers` are processes it left running; they were
    killed. `truncated` is true where it printed more than was kept. `contacts` are the hosts besides the provider that
    it tried to reach, in vain. `exposure` is that of its client: verbs note there what they could not judge.
    """

    action: str
    argv: tuple[str, ...]
    exit_code: int
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    timed_out: bool = False
    crash: str | None = None
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)
    files: FileChanges = field(default_factory=FileChanges)
    leftovers: tuple[str, ...] = ()
    truncated: bool = False
    expected: frozenset[int] = SUCCESS
    contacts: tuple[Contact, ...] = ()
    phrases: Mapping[str, Phrase] = field(default_factory=lambda: DEFAULT_PHRASES, repr=False, compare=False)
    exposure: Exposure = field(default_factory=Exposure, repr=False, compare=False)

    @property
    def output(self) -> str:
        """Everything the action printed, standard output first."""
        return self.stdout + self.stderr

    @property
    def ok(self) -> bool:
        """Whether the action ended by itself, in time, without a crash and with a declared exit code."""
        return not self.timed_out and self.crash is None and self.exit_code in self.expected

    def says(self, key: str) -> bool:
        """Return whether the output says `key`, a saying of the adapter such as `revoked`. Raises `KeyError`."""
        if key not in self.phrases:
            raise KeyError(f"no saying {key!r}{did_you_mean(key, self.phrases)} There are: {', '.join(self.phrases)}")
        return self.phrases[key].said_in(self.stdout, self.stderr)

    def describe(self) -> str:
        """Return the command, how it ended and the last lines of its output as text, for a failure report."""
        lines = [f"$ {shlex.join(self.argv)}", self.ending()]
        lines += [f"left running, and killed: {leftover}" for leftover in self.leftovers]
        return "\n".join([*lines, *_stream("stdout", self.stdout), *_stream("stderr", self.stderr)])

    def ending(self) -> str:
        """Return in a few words how the action ended."""
        if self.timed_out:
            return f"killed after {self.seconds:.1f} s: its time was up"
        how = exit_name(self.exit_code)
        crash = f", crashed: {self.crash}" if self.crash and self.crash != how else ""
        return f"{how} after {self.seconds:.1f} s{crash}"


def outcome_of(
    action: str,
    command: Command,
    ended: CommandResult,
    expected: frozenset[int] = SUCCESS,
    exchanges: tuple[Exchange, ...] = (),
    files: FileChanges | None = None,
    phrases: Mapping[str, Phrase] = DEFAULT_PHRASES,
    contacts: tuple[Contact, ...] = (),
) -> Outcome:
    """Build the outcome of an action from its last command and how that ended."""
    return Outcome(
        action=action,
        argv=command.argv,
        exit_code=ended.exit_code,
        stdout=ended.stdout,
        stderr=ended.stderr,
        seconds=ended.seconds,
        timed_out=ended.timed_out,
        crash=_crash(ended),
        exchanges=exchanges,
        files=files or FileChanges(),
        leftovers=ended.leftovers,
        truncated=ended.truncated,
        expected=expected,
        contacts=contacts,
        phrases=phrases,
    )


def _crash(ended: CommandResult) -> str | None:
    """Name the crash that the output shows, or a death by a signal that we did not send."""
    shown = find_crash(ended.stdout) or find_crash(ended.stderr)
    if shown or ended.exit_code >= 0 or -ended.exit_code in ended.sent:
        return shown
    return exit_name(ended.exit_code)


def exit_name(code: int) -> str:
    """Describe an exit code: `exit code 1`, or `killed by SIGSEGV` for a negative one."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def _stream(name: str, text: str) -> list[str]:
    if not text.strip():
        return [f"{name}: nothing"]
    lines = text.rstrip().splitlines()
    hidden = len(lines) - TAIL
    title = f"{name}, the last {TAIL} of {len(lines)} lines:" if hidden > 0 else f"{name}:"
    return [title, *(f"    {line}" for line in lines[-TAIL:])]

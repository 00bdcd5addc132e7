"""The outcome: what one action of a client did, and whether it crashed or said honestly what went wrong."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pytest_auth_provider.adapters.models import SUCCESS
from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES, Phrase, plain
from pytest_auth_provider.adapters.vocabulary import did_you_mean
from pytest_auth_provider.exposure import Exposure
from pytest_auth_provider.outcome.crashes import find_crash
from pytest_auth_provider.outcome.echo import Echo
from pytest_auth_provider.outcome.files import FileChanges
from pytest_auth_provider.outcome.sentences import has_sentence
from pytest_auth_provider.processes.runner import Command, CommandResult

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.network.proxy import Contact


TAIL = 20
"""Lines of each stream that a description shows."""


@dataclass(frozen=True)
class Outcome:
    """What one action did: exit code, output, duration, crash, exchanges seen, files changed.

    `argv` is the last command of the action. `exit_code` is negative for a signal, `expected` holds the exit codes
    declared for the action. `seconds` is how long its commands took by their own clocks, `skipped` how many of these
    were waits that they were carried over. `crash` names an uncaught failure. `exchanges` are those the provider saw
    meanwhile, of this client or of another. `leftovers` are processes it left running; they were killed. `truncated` is
    true where it printed more than was kept. `contacts` are the hosts besides the provider that it tried to reach, in
    vain. `opened` are the URLs for which it opened a browser, in order and as often as it did. `noise` tells of bytes
    that reached the provider and were no request, as a TLS hello on its plain port. `earlier` is true of a sign-in that
    was done in an earlier case and put back. `exposure` is that of its client: verbs note there what they could not
    judge.
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
    opened: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    earlier: bool = False
    skipped: float = 0.0
    phrases: Mapping[str, Phrase] = field(default_factory=lambda: DEFAULT_PHRASES, repr=False, compare=False)
    asked: set[str] = field(default_factory=set, repr=False, compare=False)
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
        """Return whether the output says `key`, a saying of the adapter such as `revoked`, in words of its own.

        What it repeats of the answers it was given does not count (`outcome.echo`). Raises `KeyError`.
        """
        return self._phrase(key).said_in(self.stdout, self.stderr, Echo(self.exchanges).own)

    def passes_on(self, key: str) -> bool:
        """Return whether the output says `key` at least in a message of the provider for people. Raises `KeyError`."""
        return self._phrase(key).said_in(self.stdout, self.stderr, Echo(self.exchanges).for_people)

    def repeats(self, key: str) -> bool:
        """Return whether the words for `key` are in the output, be it in a dumped answer. Raises `KeyError`."""
        return self._phrase(key).said_in(self.stdout, self.stderr)

    def explains(self) -> bool:
        """Return whether the output has a sentence for a person, its own or one that it passes on."""
        people = Echo(self.exchanges).for_people
        return any(has_sentence(people(plain(stream))) for stream in (self.stdout, self.stderr))

    def _phrase(self, key: str) -> Phrase:
        if key not in self.phrases:
            raise KeyError(f"no saying {key!r}{did_you_mean(key, self.phrases)} There are: {', '.join(self.phrases)}")
        self.asked.add(key)
        return self.phrases[key]

    def describe(self) -> str:
        """Return the command, how it ended and the last lines of its output as text, for a failure report."""
        lines = [f"$ {shlex.join(self.argv)}", self.ending()]
        lines += [f"left running, and killed: {leftover}" for leftover in self.leftovers]
        lines += [f"reached the provider: {noise}" for noise in self.noise]
        return "\n".join([*lines, *_stream("stdout", self.stdout), *_stream("stderr", self.stderr)])

    def ending(self) -> str:
        """Return in a few words how the action ended."""
        if self.timed_out:
            return f"killed after {self.seconds:.1f} s: its time was up{self._carried()}"
        how = exit_name(self.exit_code)
        crash = f", crashed: {self.crash}" if self.crash and self.crash != how else ""
        when = " in an earlier case, put back" if self.earlier else ""
        return f"{how} after {self.seconds:.1f} s{when}{self._carried()}{crash}"

    def _carried(self) -> str:
        return f" ({self.skipped:.1f} s of waits were skipped)" if self.skipped else ""


def outcome_of(
    action: str,
    command: Command,
    ended: CommandResult,
    expected: frozenset[int] = SUCCESS,
) -> Outcome:
    """Build the outcome of an action from its last command and how that ended: what the process alone tells."""
    return Outcome(
        action=action,
        argv=command.argv,
        exit_code=ended.exit_code,
        stdout=ended.stdout,
        stderr=ended.stderr,
        seconds=ended.seconds,
        skipped=ended.skipped,
        timed_out=ended.timed_out,
        crash=_crash(ended, expected),
        leftovers=ended.leftovers,
        truncated=ended.truncated,
        expected=expected,
    )


DEATHS: Final = frozenset(
    (
        *(signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGKILL, signal.SIGSEGV),
        *(signal.SIGSYS, signal.SIGXCPU, signal.SIGXFSZ),
    )
)
"""Signals of which only a program dies that is broken or was killed.

A shell that wraps one ends with 128 and their number. The numbers of the others are taken by programs on purpose: git
ends with 129 when its usage is wrong, and many with 130 when the person breaks off.
"""


def _crash(ended: CommandResult, expected: frozenset[int]) -> str | None:
    """Name the crash that the output shows, or a death by a signal that we did not send, of the program or a child."""
    shown = find_crash(ended.stdout) or find_crash(ended.stderr)
    if shown or ended.exit_code in expected:
        return shown
    number = ended.exit_code - 128 if ended.exit_code - 128 in DEATHS else -ended.exit_code
    return exit_name(-number) if number > 0 and number not in ended.sent else None


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

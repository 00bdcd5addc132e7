"""What every command line of this project is built on: parser, errors as messages and exit codes, tables.

`fakeprovider` and `auth-provider` (in `pytest_auth_provider.cli`) are both made of it. It imports nothing but the
standard library, and `Command.run` is a function that imports what it needs as it is called, so that `--help` and a
typing error are answered at once. A shell that completes a command line imports `argcomplete` besides, where that is
installed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One subcommand: its name, its line in `--help`, what adds its options, and what runs it.

    `run` returns the exit code, and raises what the failures of its `CommandLine` turn into a message.
    """

    name: str
    help: str
    run: Callable[[argparse.Namespace], int]
    add_options: Callable[[argparse.ArgumentParser], object] = lambda _parser: None


@dataclass(frozen=True)
class Failure:
    """How an error ends a program: with `exit_code`, and what `message` makes of it on standard error unless None."""

    exit_code: int
    message: Callable[[Exception], object] = str


@dataclass(frozen=True)
class CommandLine:
    """A program with subcommands.

    `failures` says how a command ends that raises: the first entry whose type fits counts, and what fits none is a bug
    and keeps its traceback. With a `version` there is an option `--version`.
    """

    program: str
    description: str
    commands: Sequence[Command]
    failures: Mapping[type[Exception], Failure]
    version: str = ""

    def main(self, arguments: Sequence[str] | None = None) -> int:
        """Run the command that `arguments` (`sys.argv[1:]` where None) ask for; returns the exit code.

        Raises `SystemExit` as argparse does: 0 after `--help` and `--version`, 2 for options there are not.
        """
        parser = self.parser()
        if "_ARGCOMPLETE" in os.environ:
            _complete(parser)
        options = parser.parse_args(arguments)
        try:
            return int(options.run(options))
        except tuple(self.failures) as error:
            failure = next(failure for kind, failure in self.failures.items() if isinstance(error, kind))
            if (message := failure.message(error)) is not None:
                print(f"{self.program}: {message}", file=sys.stderr)
            return failure.exit_code

    def parser(self) -> argparse.ArgumentParser:
        """Build the parser of the program and all its commands."""
        parser = argparse.ArgumentParser(self.program, description=self.description, allow_abbrev=False)
        if self.version:
            parser.add_argument("--version", action="version", version=f"{self.program} {self.version}")
        parsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
        for command in self.commands:
            subparser = parsers.add_parser(command.name, help=command.help, allow_abbrev=False)
            command.add_options(subparser)
            subparser.set_defaults(run=command.run)
        return parser


def completed(option: argparse.Action, values: Callable[[argparse.Namespace], Iterable[str]]) -> None:
    """Let shells complete the value of an option with what `values` says, given the options before it."""
    setattr(option, "completer", lambda parsed_args, **_: list(values(parsed_args)))  # noqa: B010 - argcomplete's name


def _complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell that asks how a command line could go on, and exit; it asks in vain without argcomplete."""
    try:
        import argcomplete
    except ImportError:
        sys.exit(1)
    argcomplete.autocomplete(parser, always_complete_options=False)


def print_table(rows: Iterable[tuple[str, str]], *, indent: str = "") -> None:
    """Print two columns; the first is as wide as its longest cell."""
    lines = list(rows)
    width = max((len(name) for name, _ in lines), default=0)
    for name, text in lines:
        print(f"{indent}{name:{width}}  {text}")

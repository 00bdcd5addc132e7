"""The commands of `auth-provider` and their options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fakeprovider.cli.command_line import Command, CommandLine, Failure
from pytest_auth_provider.cli import reports
from pytest_auth_provider.errors import ClientError


class UsageError(ClientError):
    """An option arrived with a value that is not accepted; the message names the option and what it accepts."""


def _add_init_options(init: argparse.ArgumentParser) -> None:
    init.description = "Run the login of a tool under a provider, and write down what was seen as a first adapter."
    init.usage = "auth-provider init [options] -- TOOL [ARGUMENT ...]"
    init.epilog = "Point the tool at the provider: --env MYTOOL_ISSUER={issuer}, or -- mytool login --issuer {issuer}"
    add = init.add_argument
    add(
        "--env", action="append", default=[], metavar="NAME=VALUE", help="a variable; {issuer} and others are filled in"
    )
    add("--dialect", default="rfc", help="the provider family to imitate; `fakeprovider dialects` lists them")
    add("--name", help="what to call the client (default: the name of the program)")
    add("--timeout", type=float, default=30.0, metavar="SECONDS", help="the time the login may take (default: 30)")
    add("--output", default="auth-provider.toml", metavar="FILE", help="where to write; - is standard output")
    add("--force", action="store_true", help="write over a file that is there")
    add("command", nargs="+", metavar="TOOL", help="the tool and the arguments of its login")


def _add_try_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Sign in, run one action, and show commands, exchanges and findings in order."
    parser.add_argument("name", help="the client: its name in auth-provider.toml or pyproject.toml, or a preset")
    parser.add_argument("action", nargs="?", default="use", help="an action of its [run] table (default: use)")


def _init(options: argparse.Namespace) -> int:
    from pytest_auth_provider.cli.init import init

    return init(
        command=options.command,
        env=dict(map(_variable, options.env)),
        dialect=_dialect(options.dialect),
        name=options.name or "",
        timeout=options.timeout,
        output=options.output,
        force=options.force,
    )


def _try(options: argparse.Namespace) -> int:
    from pytest_auth_provider.cli.try_ import try_action

    return try_action(options.name, options.action, Path.cwd())


def _add_clients_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the clients there are adapters for; of one, what it covers and what more it could say."
    parser.add_argument("name", nargs="?", default="", help="one client: the contracts its adapter covers")


def _clients(options: argparse.Namespace) -> int:
    if options.name:
        from pytest_auth_provider.cli.coverage import print_coverage

        return print_coverage(options.name, Path.cwd())
    from pytest_auth_provider.cli.listing import print_clients

    return print_clients(Path.cwd())


def _add_check_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Say of each adapter that it can be read, or what is wrong with it; runs nothing."
    parser.epilog = "The exit code is 0, or 1 where anything is wrong."
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="auth-provider.toml or pyproject.toml (default: those in the current directory)",
    )


def _check(options: argparse.Namespace) -> int:
    from pytest_auth_provider.cli.check import check_files

    return check_files(options.files, Path())


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--env {text}: expected NAME=VALUE, as in --env MYTOOL_ISSUER={{issuer}}")
    return name, value


def _dialect(name: str) -> str:
    from fakeprovider.dialects import dialects
    from pytest_auth_provider.adapters.vocabulary import did_you_mean

    if name not in dialects():
        raise UsageError(f"--dialect {name}: there is none{did_you_mean(name, dialects())} {', '.join(dialects())}")
    return name


def _silence(_error: Exception) -> None:
    """Say nothing: whoever read our output has gone."""


_COMMAND_LINE: Final = CommandLine(
    "auth-provider",
    "Wire a command-line tool to a fake OpenID provider.",
    commands=(
        Command("init", "run a login, write a first auth-provider.toml", _init, _add_init_options),
        Command("try", "run one action, show what happened", _try, _add_try_options),
        Command("clients", "the clients there are adapters for, and what one covers", _clients, _add_clients_options),
        Command("check", "say whether adapters can be read", _check, _add_check_options),
        *reports.COMMANDS,
    ),
    failures={BrokenPipeError: Failure(2, _silence), ClientError: Failure(2), OSError: Failure(2)},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (`sys.argv[1:]` where None) ask for; returns the exit code."""
    return _COMMAND_LINE.main(arguments)

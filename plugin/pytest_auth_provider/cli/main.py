"""The commands of `auth-provider` and their options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from fakeprovider._version import __version__
from fakeprovider.cli.command_line import Command, CommandLine, Failure, completed
from pytest_auth_provider.cli import reports
from pytest_auth_provider.errors import ClientError

HOST_HELP: Final = "a host that is built into the tool, and what stands for it: provider, api or stubs"


def _add_init_options(init: argparse.ArgumentParser) -> None:
    init.description = "Run the login of a tool under a provider, and write down what was seen as a first adapter."
    init.usage = "auth-provider init [options] -- TOOL [ARGUMENT ...]"
    init.epilog = "Point the tool at the provider: --env MYTOOL_ISSUER={issuer}, or -- mytool login --issuer {issuer}"
    add = init.add_argument
    add(
        "--env", action="append", default=[], metavar="NAME=VALUE", help="a variable; {issuer} and others are filled in"
    )
    add("--host", action="append", default=[], metavar="HOST=ROLE", help=HOST_HELP)
    add("--file", action="append", default=[], metavar="PATH=CONTENT", help="a file below its HOME, as [files] has it")
    add("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings", help="a setting of the provider")
    add(
        "--run",
        action="append",
        default=[],
        metavar="ACTION=ARGUMENTS",
        dest="runs",
        help="another action, as in use=whoami",
    )
    add("--stdin", metavar="TEXT", help="what to answer where the login asks; \\n ends a line")
    dialect = add("--dialect", default="rfc", help="the provider family to imitate; `fakeprovider dialects` lists them")
    completed(dialect, lambda _options: _dialect_names())
    add("--name", help="what to call the client (default: the name of the program)")
    add(
        "--timeout",
        type=float,
        default=120.0,
        metavar="SECONDS",
        help="the time that all of it may take (default: 120)",
    )
    add("--output", default="auth-provider.toml", metavar="FILE", help="where to write; - is standard output")
    add("--force", action="store_true", help="write over a file that is there")
    add("command", nargs="+", metavar="TOOL", help="the tool and the arguments of its login")


def _add_try_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Sign in, run one action, and show commands, exchanges and findings in order."
    name = parser.add_argument("name", help="the client: its name in auth-provider.toml or pyproject.toml, or a preset")
    completed(name, lambda _options: _client_names())
    action = parser.add_argument("action", nargs="?", default="use", help="an action of its [run] table (default: use)")
    completed(action, lambda options: _actions_of(options.name))


def _init(options: argparse.Namespace) -> int:
    from pytest_auth_provider.cli.init import Wish, init
    from pytest_auth_provider.cli.options import adapter_keys

    return init(
        Wish(
            command=options.command,
            keys=adapter_keys(options),
            name=options.name or "",
            seconds=options.timeout,
            output=options.output,
            force=options.force,
        )
    )


def _try(options: argparse.Namespace) -> int:
    from pytest_auth_provider.cli.try_ import try_action

    return try_action(options.name, options.action, Path.cwd())


def _add_clients_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the clients there are adapters for; of one, what it covers and what more it could say."
    name = parser.add_argument("name", nargs="?", default="", help="one client: the contracts its adapter covers")
    completed(name, lambda _options: _client_names())


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


def _dialect_names() -> Iterable[str]:
    from fakeprovider.dialects import dialects

    return dialects()


def _client_names() -> Iterable[str]:
    from pytest_auth_provider.adapters.loader import known_clients

    return known_clients(Path.cwd())


def _actions_of(name: str) -> Iterable[str]:
    from pytest_auth_provider.adapters.loader import load_adapter

    return load_adapter(name, Path.cwd()).run


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
    version=__version__,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (`sys.argv[1:]` where None) ask for; returns the exit code."""
    return _COMMAND_LINE.main(arguments)

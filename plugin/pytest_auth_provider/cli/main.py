"""The commands, their options, and the one place where errors become messages."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pytest_auth_provider.adapters.loader import known_clients, load_adapter
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.vocabulary import did_you_mean
from pytest_auth_provider.clients.factory import ClientFactory, check_program
from pytest_auth_provider.errors import ClientError, ProgramMissing


class UsageError(ClientError):
    """What was asked for means nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (ClientError, OSError) as error:
        if not isinstance(error, BrokenPipeError):  # whoever read our output has gone
            print(f"auth-provider: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "auth-provider", description="Wire a command-line tool to a fake OpenID provider.", allow_abbrev=False
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_init(commands.add_parser("init", help="run a login, write a first auth-provider.toml", allow_abbrev=False))
    _add_try(commands.add_parser("try", help="run one action, show what happened", allow_abbrev=False))
    clients = commands.add_parser("clients", help="the clients there are adapters for")
    clients.set_defaults(run=_clients)
    schema = commands.add_parser("schema", help="the JSON Schema of adapters")
    schema.set_defaults(run=_schema)
    return parser


def _add_init(init: argparse.ArgumentParser) -> None:
    init.description = "Run the login of a tool under a provider, and write down what was seen as a first adapter."
    init.usage = "auth-provider init [options] -- TOOL [ARGUMENT ...]"
    init.epilog = "Point the tool at the provider: --env MYTOOL_ISSUER={issuer}, or -- mytool login --issuer {issuer}"
    init.set_defaults(run=_init)
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


def _add_try(trying: argparse.ArgumentParser) -> None:
    trying.description = "Sign in, run one action, and show commands, exchanges and findings in order."
    trying.set_defaults(run=_try)
    trying.add_argument("name", help="the client: its name in auth-provider.toml or pyproject.toml, or a preset")
    trying.add_argument("action", nargs="?", default="use", help="an action of its [run] table (default: use)")


def _init(options: argparse.Namespace) -> int:
    from pytest_auth_provider.cli.init import init  # imported late, as below: each command brings what it needs

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


def _clients(_options: argparse.Namespace) -> int:

    return list_clients(Path.cwd())


def _schema(_options: argparse.Namespace) -> int:
    import json

    from pytest_auth_provider.adapters.schema import file_schema

    print(json.dumps(file_schema(), indent=2))
    return 0


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--env {text}: expected NAME=VALUE, as in --env MYTOOL_ISSUER={{issuer}}")
    return name, value


def _dialect(name: str) -> str:
    from fakeprovider.dialects import dialects

    if name not in dialects():
        raise UsageError(f"--dialect {name}: there is none{did_you_mean(name, dialects())} {', '.join(dialects())}")
    return name


# FROM plugin/pytest_auth_provider/cli/listing.py: `auth-provider clients`: who can be checked.


def list_clients(root: Path) -> int:
    """Print every client: where its adapter is, whether its program is there, its version and its actions."""
    known = known_clients(root)
    width = max(map(len, known))
    with tempfile.TemporaryDirectory(prefix="auth-provider-") as directory:
        factory = ClientFactory(Path(directory))
        for name, source in sorted(known.items(), key=lambda item: (item[1] == "preset", item[0])):
            adapter = load_adapter(name, root)
            print(f"{name:{width}}  {source}: {_program(adapter, factory)}")
            print(f"{'':{width}}  {', '.join(adapter.run)}")
    return 0


def _program(adapter: Adapter, factory: ClientFactory) -> str:
    try:
        check_program(adapter)
        return factory.version(adapter) or "found"
    except ProgramMissing:
        return f'the program "{adapter.command[0]}" was not found'
    except ClientError as problem:
        return str(problem).partition("\n")[0]

"""The commands of `fakeprovider` and their options."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from typing import Final

from fakeprovider._version import __version__
from fakeprovider.cli.command_line import Command, CommandLine, Failure, completed
from fakeprovider.errors import ProviderError

TOKEN_VARIABLE: Final = "FAKEPROVIDER_CONTROL_TOKEN"


def _add_serve_options(serve: argparse.ArgumentParser) -> None:
    serve.description = "Serve a provider, with its control API, until SIGINT or SIGTERM."
    add = serve.add_argument
    add("--config", metavar="FILE", help="settings, accounts, clients, issuers and faults in TOML; options win over it")
    add("--port", type=int, help="the port; 0 (default) for any free one")
    dialect = add("--dialect", help="the provider family to imitate; `fakeprovider dialects` lists them")
    completed(dialect, lambda _options: _dialect_names())
    add("--path", help="put the issuer below this path")
    add("--trailing-slash", action="store_true", default=None, help="end the issuer in a slash")
    add("--tls", action="store_true", default=None, help="speak https, with certificates of a throw-away authority")
    add("--ca-file", metavar="FILE", help="where to put that authority's certificate, for every user to read")
    add("--signing-key", metavar="FILE", help="sign with this PEM or JWK")
    add("--set", action="append", default=[], metavar="KNOB=VALUE", dest="knobs", help="turn a knob; repeatable")
    add(
        "--fault",
        action="append",
        default=[],
        metavar="TEXT",
        dest="faults",
        help="arm a fault, as in 'token[refresh_token] : Reset() x1'; repeatable",
    )
    add(
        "--issuer",
        action="append",
        default=[],
        metavar="/PATH[=DIALECT]",
        dest="issuers",
        help="another provider below this path; repeatable",
    )
    add("--host", help="the address to bind; anything but this machine's own needs --allow-remote")
    add("--allow-remote", action="store_true", help="let other machines in; the control API then wants a token")
    add("--origin", metavar="URL", help="how clients reach it, where that is not its own address (a container)")
    add("--api-port", type=int, help="the port of an API with an origin of its own; 0 (default) for any free one")
    add("--connection-limit", type=int, metavar="N", help="how many connections may be open at once")
    add("--state", metavar="URL", help="keep everything in this Redis database, shared by all who name it: redis://...")
    add(
        "--control-token",
        metavar="TOKEN",
        default=os.environ.get(TOKEN_VARIABLE, ""),
        help=f"the token of the control API (default: ${TOKEN_VARIABLE}, else made up where one is needed)",
    )
    add("--json", action="store_true", help="print one line of JSON instead of the environment")
    add("--verbose", action="store_true", help="one line for every exchange, on stderr")


def _add_faults_options(faults: argparse.ArgumentParser) -> None:
    completed(
        faults.add_argument("name", nargs="?", help="show this one with its settings"), lambda _options: _fault_names()
    )


def _dialect_names() -> Iterable[str]:
    from fakeprovider.dialects import dialects

    return dialects()


def _fault_names() -> Iterable[str]:
    from fakeprovider.faults.catalogue import catalogue

    return catalogue()


def _serve(options: argparse.Namespace) -> int:
    from fakeprovider.cli.serve import serve

    return serve(options)


def _faults(options: argparse.Namespace) -> int:
    from fakeprovider.cli.listing import print_fault, print_faults

    return print_fault(options.name) if options.name else print_faults()


def _dialects(_options: argparse.Namespace) -> int:
    from fakeprovider.cli.listing import print_dialects

    return print_dialects()


def _reason(error: Exception) -> object:
    """Return the message of an OSError without its number."""
    return getattr(error, "strerror", None) or error


_COMMAND_LINE: Final = CommandLine(
    "fakeprovider",
    "A fake OpenID provider that misbehaves on demand.",
    commands=(
        Command("serve", "serve until interrupted", _serve, _add_serve_options),
        Command("faults", "everything that can go wrong", _faults, _add_faults_options),
        Command("dialects", "the provider families that can be imitated", _dialects),
    ),
    failures={ProviderError: Failure(2), OSError: Failure(1, _reason)},
    version=__version__,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (`sys.argv[1:]` where None) ask for; returns the exit code."""
    return _COMMAND_LINE.main(arguments)

"""The commands, their options, and the one place where errors become messages."""

from __future__ import annotations

import argparse
import inspect
import os
import sys
from collections.abc import Sequence
from typing import Final

from fakeprovider._version import __version__
from fakeprovider.dialects import dialects as all_dialects
from fakeprovider.errors import ProviderError
from fakeprovider.faults.base import Fault
from fakeprovider.faults.catalogue import catalogue, find_fault
from fakeprovider.faults.manual import written_default
from fakeprovider.server import PortInUse
from fakeprovider.validation import in_words, settings_of

TOKEN_VARIABLE: Final = "FAKEPROVIDER_CONTROL_TOKEN"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except ProviderError as error:
        return _say(error, 2)
    except (PortInUse, OSError) as error:
        return _say(error.strerror or error, 1)


def _say(error: object, code: int) -> int:
    print(f"fakeprovider: {error}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "fakeprovider", description="A fake OpenID provider that misbehaves on demand.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"fakeprovider {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_serve(commands.add_parser("serve", help="serve until interrupted", allow_abbrev=False))
    faults = commands.add_parser("faults", help="everything that can go wrong")
    faults.add_argument("name", nargs="?", help="show this one with its settings")
    faults.set_defaults(run=_faults)
    dialects = commands.add_parser("dialects", help="the provider families that can be imitated")
    dialects.set_defaults(run=_dialects)
    return parser


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.description = "Serve a provider, with its control API, until SIGINT or SIGTERM."
    serve.set_defaults(run=_serve)
    add = serve.add_argument
    add("--config", metavar="FILE", help="settings, accounts, clients, issuers and faults in TOML; options win over it")
    add("--port", type=int, help="the port; 0 (default) for any free one")
    add("--dialect", help="the provider family to imitate; `fakeprovider dialects` lists them")
    add("--path", help="put the issuer below this path")
    add("--trailing-slash", action="store_true", default=None, help="end the issuer in a slash")
    add("--tls", action="store_true", default=None, help="speak https, with certificates of a throw-away authority")
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
    add(
        "--control-token",
        metavar="TOKEN",
        default=os.environ.get(TOKEN_VARIABLE, ""),
        help=f"the token of the control API (default: ${TOKEN_VARIABLE}, else made up where one is needed)",
    )
    add("--json", action="store_true", help="print one line of JSON instead of the environment")
    add("--verbose", action="store_true", help="one line for every exchange, on stderr")


# Imported when they are run, so that --help and a typing error answer at once.


def _serve(options: argparse.Namespace) -> int:
    from fakeprovider.cli.serve import serve

    return serve(options)


def _faults(options: argparse.Namespace) -> int:

    return faults(options.name)


def _dialects(_options: argparse.Namespace) -> int:

    return dialects()


# FROM fakeprovider/fakeprovider/cli/listing.py: `fakeprovider faults` and `fakeprovider dialects`: what there is to choose from.


def faults(name: str | None) -> int:
    """Print every fault with its settings, or all there is to know about one."""
    if name:
        print(_manual(find_fault(name)))
        return 0
    seam = ""
    for kind in catalogue().values():
        if kind.seam != seam:
            seam = kind.seam
            print(f"{seam}:")
        print(f"  {_call(kind)}\n      {_summary(kind)}")
    print("\n`fakeprovider faults NAME` shows one. Arm it with --fault 'ENDPOINT : NAME(SETTINGS) x TIMES'.")
    return 0


def dialects() -> int:
    """Print every dialect with the family it imitates."""
    known = all_dialects()
    width = max(map(len, known))
    for name, kind in known.items():
        print(f"{name:{width}}  {_summary(kind)}")
    return 0


def _call(fault: type[Fault]) -> str:
    """As in `ServerError(status=503, retry_after=None)`."""
    shown = [f"{name}={default}" if (default := written_default(fault, name)) else name for name in settings_of(fault)]
    return f"{fault.__name__}({', '.join(shown)})"


def _manual(fault: type[Fault]) -> str:
    lines = [_call(fault), "", inspect.getdoc(fault) or ""]
    if fault.whole_provider:
        lines += ["", "Concerns the whole provider: it takes no aim."]
    elif fault.endpoints:
        lines += ["", f"Aim: {', '.join(fault.endpoints)}."]
    settings = settings_of(fault)
    if settings:
        width = max(map(len, settings))
        lines.append("")
        lines += [f"  {name:{width}}  {in_words(hint)}" for name, hint in settings.items()]
    return "\n".join(lines)


def _summary(kind: type) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]

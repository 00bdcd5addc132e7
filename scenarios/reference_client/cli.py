"""The command line: which commands there are, and what can be said to each."""

import argparse
import importlib
import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from reference_client import log, settings, terminal
from reference_client.context import Context

_DESCRIPTION = "Sign in to an OpenID provider and use its tokens: a client that keeps every contract."

_EPILOG = """\
offline fallback:
  "use" checks the stored access token on this machine before sending it. When the provider cannot be reached, that
  check is skipped with a warning, and the API decides (--offline best-effort, the default). A provider that cannot be
  reached does not make a token valid: it may be stale, revoked, or another provider's. --offline strict refuses.

settings come from the flag, else the environment, else (the issuer) from the project link .auth-reference.json in the
current directory, else from the config file $XDG_CONFIG_HOME/auth-reference/config.toml:
  AUTH_REFERENCE_ISSUER  AUTH_REFERENCE_CLIENT_ID  AUTH_REFERENCE_API  AUTH_REFERENCE_PROFILE
  AUTH_REFERENCE_OFFLINE  AUTH_REFERENCE_REGISTRATION  AUTH_REFERENCE_TIMEOUT  AUTH_REFERENCE_CACHE_TTL
  AUTH_REFERENCE_STORE  AUTH_REFERENCE_REFRESH

an access token in AUTH_REFERENCE_TOKEN is used instead of the stored session, and nothing else is

exit codes: 0 done, 1 not done (stderr says why), 2 wrongly asked, 130 cancelled
"""


def run(argv: Sequence[str]) -> int:
    """Run the command in `argv` and return its exit code."""
    arguments = parser().parse_args(argv)
    with log.shown() if "debug" in arguments else nullcontext():
        settled = settings.resolve(vars(arguments), os.environ)
        # Imported by name, so that a command brings only what it needs.
        command = importlib.import_module(f"reference_client.commands.{arguments.command}")
        with Context(settled) as context:
            result: int = command.run(context, arguments)
            return result


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    everywhere = _everywhere()
    main = argparse.ArgumentParser(
        prog="auth-reference",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[everywhere],
        allow_abbrev=False,
    )
    main.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (summary, add_arguments) in _COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary, parents=[everywhere], allow_abbrev=False)
        add_arguments(command)
    return main


class _Version(argparse.Action):
    """Looks the version up when it is asked for: 30 ms that no other command pays."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        terminal.say(f"{terminal.PROGRAM} {version('pytest-auth-provider')}")
        parser.exit()


def _everywhere() -> argparse.ArgumentParser:
    """Return the options that may stand before and after the command; absent, they leave no trace in the namespace."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument("--issuer", metavar="URL", help="the provider to sign in to")
    options.add_argument("--client-id", metavar="ID", help="who we are to the provider (auth-reference)")
    options.add_argument("--api", metavar="URL", help="the base URL of the API the tokens are for")
    options.add_argument("--profile", metavar="NAME", help="one of several sessions with the same provider (default)")
    options.add_argument(
        "--offline",
        metavar="POLICY",
        help=f"{settings.BEST_EFFORT} (the default) or {settings.STRICT}: "
        "what to do when the provider cannot be reached",
    )
    options.add_argument(
        "--refresh",
        metavar="POLICY",
        help=f"{settings.ALLOWED} (the default) or {settings.NEVER}: another program refreshes this session",
    )
    options.add_argument(
        "--store",
        metavar="WHERE",
        help=f"{settings.FILE} (the default) or {settings.KEYRING}: where sessions are kept; "
        "without a keyring, in the file, which is said",
    )
    options.add_argument(
        "--registration",
        metavar="HOW",
        help=f"{settings.CONFIGURED} (the default): --client-id; {settings.DYNAMIC}: the provider gives us an id",
    )
    options.add_argument("--timeout", metavar="SECONDS", help="how long to wait for an answer (10)")
    options.add_argument("--debug", action="store_true", help="say more on stderr")
    return options


def _login(command: argparse.ArgumentParser) -> None:
    flow = command.add_mutually_exclusive_group(required=True)
    flow.add_argument(
        "--device",
        dest="flow",
        action="store_const",
        const="device",
        help="with a code typed in any browser (RFC 8628)",
    )
    flow.add_argument(
        "--with-token",
        dest="flow",
        action="store_const",
        const="token",
        help="with an access token on standard input",
    )
    flow.add_argument(
        "--browser",
        dest="flow",
        action="store_const",
        const="browser",
        help="in the browser of this machine (RFC 8252)",
    )
    command.add_argument(
        "--callback-port", metavar="PORT", help="where the browser comes back to, if it has to be a certain port"
    )
    command.add_argument("--no-browser", action="store_true", help="do not open the page")
    _json(command)


def _use(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", nargs="?", default="", metavar="PATH", help="what to get, below the API's base URL")
    command.add_argument("--stack", metavar="NAME", help="use a token for this stack, cached on disk")
    command.add_argument(
        "--stack-token-cache-ttl",
        dest="cache_ttl",
        metavar="SECONDS",
        help="how long a stack token is used from the cache (300); 0 turns the cache off",
    )
    _json(command)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON")


def _doctor(command: argparse.ArgumentParser) -> None:
    command.add_argument("--server", action="store_true", help="also ask the provider whether it knows the session")
    _json(command)


def _nothing(command: argparse.ArgumentParser) -> None:
    """Add no argument."""


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "login": ("sign in", _login),
    "use": ("call the API once with the access token", _use),
    "status": ("say who is signed in, asking nobody", _json),
    "token": ("print the access token for another program", _nothing),
    "logout": ("sign out here and at the provider", _nothing),
    "doctor": ("look for problems on this machine", _doctor),
    "link": ("make this directory belong to an issuer", _nothing),
    "serve": ("do what is asked on stdin, in JSON, until it ends", _nothing),
}

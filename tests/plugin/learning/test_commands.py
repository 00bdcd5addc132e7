"""Where help pages name the commands of a tool."""

from __future__ import annotations

import pytest

from pytest_auth_provider.learning.commands import names_in

CLICK = """Usage: notes account [OPTIONS] COMMAND [ARGS]...

  Sign in and out of the token server.

Options:
  --help  Show this message and exit.

Commands:
  login   Open the notebook.
  logout  Close the notebook.
"""
COBRA = """Authenticate gh and git with GitHub

USAGE
  gh auth <command> [flags]

AVAILABLE COMMANDS
  login:       Authenticate with a GitHub host
  status:      View authentication status
  token:       Print the auth token gh is configured to use
"""
YARGS = """neonctl <command> [options]

Commands:
neonctl auth
└────────────────>    Sign in with a browser [aliases: login]
neonctl me
└────────────────>    Show current user
"""
TYPER = """
╭─ Commands ──────────────────────────────────╮
│ whoami     Tell who is signed in            │
│ logout     Forget the token                 │
╰─────────────────────────────────────────────╯
"""
ARGPARSE = """usage: acme [-h] {login,whoami,logout} ...

positional arguments:
  {login,whoami,logout}
"""


@pytest.mark.parametrize(
    ("page", "named", "not_named"),
    [
        (CLICK, {"login", "logout"}, {"token", "status"}),
        (COBRA, {"login", "status", "token"}, {"whoami", "logout"}),
        (YARGS, {"auth", "me"}, {"user", "logout"}),
        (TYPER, {"whoami", "logout"}, {"token"}),
        (ARGPARSE, {"login", "whoami", "logout"}, {"token"}),
        ("usage: weather login|whoami|logout", {"login", "whoami", "logout"}, {"token"}),
        ("", set(), {"logout"}),
    ],
)
def test_the_names_of_commands(page: str, named: set[str], not_named: set[str]) -> None:
    """At the beginning of a line or in a list of choices, and not where a sentence happens to have the word."""
    found = names_in(page)
    assert named <= found
    assert not named & not_named
    assert not_named.isdisjoint(found)

"""A token that is given to the client to sign in with, or in a variable: looked at before it is believed."""

from __future__ import annotations

import re

import pytest

from auth_scenarios.given import Given, dead_token, good_token, sent_tokens
from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import applies_only, must, must_explain, must_fail, must_not_say
from fakeprovider import Provider
from pytest_auth_provider import Client, Outcome, scenario

CUSTOM = "custom among command-line tools"
OF_THE_TOKEN = re.compile(
    r"token|credential|secret|api.?key|authorization|white.?space|newline|line break|character", re.IGNORECASE
)
"""What a message speaks of that says that the token is the trouble."""


@scenario(
    CUSTOM,
    "In our words: a login with a token tries that token, not another one that happens to be there.",
    harm="A mistyped token is stored as good, and fails in the next shell, where the variable is not set.",
    level="SHOULD",
    needs={"login_token"},
)
def test_login_checks_the_new_token(auth_provider: Provider, auth_client: Client) -> None:
    """A dead token is refused at login, also while a good one is in the environment, and is not stored."""
    given = Given(auth_provider, auth_client)
    dead, good = given.dead(), given.good()
    outcome = auth_client.reading("login_token", f"{dead}\n").run("login_token", env={given.variable: good})
    auth_client.exposure.add(f"it was to sign in with a dead token while {given.variable} held a good one")
    must_fail(outcome)
    must_not_say(outcome, "signed_in")
    must_hold_no_credentials(auth_client)


@scenario(
    CUSTOM,
    "In our words: whoever signs in with a token that is not accepted is told so then, not by every later command.",
    harm="The login says that all is well, and every command after it fails, in a build that nobody watches.",
    level="SHOULD",
    needs={"login_token"},
)
def test_login_with_dead_token_is_refused(auth_provider: Provider, auth_client: Client) -> None:
    """A login with a token that the API does not accept fails, says why and stores nothing."""
    dead = dead_token(auth_provider, auth_client)
    outcome = auth_client.reading("login_token", f"{dead}\n").run("login_token")
    auth_client.exposure.add("it was to sign in with a token whose session had been ended")
    must_explain(outcome)
    must_not_say(outcome, "signed_in")
    must_hold_no_credentials(auth_client)


@scenario(
    CUSTOM,
    "In our words: editors, shells and other programs leave white space around a token, or a mark before it. It is no "
    "part of the token; a client that does not take it away says what is wrong.",
    harm="A good token that came out of a file or a pipe fails in every command, with a complaint about the network.",
    level="SHOULD",
    needs={"use"},
    policy={"use": "calls"},
)
@pytest.mark.parametrize(
    "around", ["{}\n", " {} \r\n", "\ufeff{}\n"], ids=["newline", "blanks-crlf", "byte-order-mark"]
)
@pytest.mark.parametrize("source", ["variable", "stdin"])
def test_token_whitespace_is_trimmed(auth_provider: Provider, auth_client: Client, source: str, around: str) -> None:
    """A token with white space around it works, or is refused with a message about it."""
    if source == "variable":
        given = Given(auth_provider, auth_client)
        token = given.good()
        outcome = given.run("use", around.format(token))
    else:
        outcome, token = _signed_in_by_pipe(auth_provider, auth_client, around)
    auth_client.exposure.add(f"the token came as {around.format('TOKEN')!r}")
    if outcome.ok:
        must(sent_tokens(outcome) == {token}, "the token arrives as it was issued", "another one arrived, or none")
    else:
        must_explain(outcome)
        told = OF_THE_TOKEN.search(outcome.output)
        must(told, "the message says that the token is the trouble", f"it printed {outcome.output.strip()!r}")


def _signed_in_by_pipe(provider: Provider, client: Client, around: str) -> tuple[Outcome, str]:
    """Sign in with a token on standard input; return the first outcome that failed, else that of `use`."""
    applies_only(client.can("login_token"), f"{client.name} has no `login_token`")
    token = good_token(provider, client)
    outcome = client.reading("login_token", around.format(token)).run("login_token")
    return (client.use() if outcome.ok else outcome), token

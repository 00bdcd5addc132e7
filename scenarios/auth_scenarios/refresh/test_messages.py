"""What a person reads when a refresh fails, and where: once, at the command that it happened to."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from auth_scenarios.sessions import signed_in_anew
from auth_scenarios.storage.disk_troubles import TROUBLES, Trouble
from auth_scenarios.stored import stored_credentials
from auth_scenarios.verify import (
    applies_only,
    exposed,
    must,
    must_explain,
    must_fail,
    must_say,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Fault, Reset, ServerError
from pytest_auth_provider import Client, Outcome, scenario

REPEATS = 5
"""How often a command may print the same line: as often as it may try."""
INVALID = "The provided authorization grant [...] or refresh token is invalid, expired, revoked, [...] In our words: "


@scenario(
    "custom among command-line tools",
    "In our words: a refresh that fails is told in a sentence, not in line after line of the same.",
    harm="A terminal or a log is flooded by one line, and what matters is not to be found in it.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "use": "calls"},
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ErrorAnswer("invalid_grant"), id="refused"),
        pytest.param(ServerError(503), id="503"),
        pytest.param(Reset(), id="reset"),
    ],
)
def test_failure_is_a_message(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A refresh that fails prints no storm of lines, and where it is the end of the command, says why."""
    auth_client.login(expired=True)
    with auth_provider.failing(failure, at="token", grant="refresh_token"):
        outcome = auth_client.use()
    lines = Counter(re.sub(r"[\d\W_]+", " ", line).strip() for line in outcome.output.splitlines())
    line, times = max(lines.items(), key=lambda found: found[1] if found[0] else 0, default=("", 0))
    must(not line or times <= REPEATS, f"no line is printed more than {REPEATS} times", f"{line!r}: {times} times")
    if not outcome.ok:
        must_explain(outcome)


@scenario(
    "RFC 6749 5.2",
    INVALID + "who has lost the session is told so, there and by every later command, and not of some other trouble.",
    harm="A command says that a password or a setting is missing, when all that has happened is that a session ended.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_sign_out_is_said_where_it_happens(auth_provider: Provider, auth_client: Client) -> None:
    """A session that was refused is said to be over by the command that learns of it, and by the next one."""
    auth_client.login(expired=True)
    with auth_provider.failing(ErrorAnswer("invalid_grant"), at="token", grant="refresh_token"):
        first = auth_client.use()
        refused = requests(first, "token", grant="refresh_token")
        exposed(auth_client, refused, "its refresh token was refused", "it made no refresh request")
        later = auth_client.use()
    applies_only(not signed_in_anew(first), f"{auth_client.name} signed in anew by itself")
    told = [outcome.says("not_signed_in") or outcome.says("sign_in_again") for outcome in (first, later)]
    asks = any(told) or first.crash or later.crash
    applies_only(bool(asks), f"{auth_client.name} never asks to sign in again: see refresh/invalid-grant-is-explained")
    for outcome in (first, later):
        must_fail(outcome)
        if not outcome.says("not_signed_in"):
            must_say(outcome, "sign_in_again")


@scenario(
    "RFC 6749 6",
    "The authorization server MAY issue a new refresh token, in which case the client MUST discard the old refresh "
    "token and replace it with the new refresh token. In our words: a client that cannot, says so.",
    harm="A full disk ends the session at the next command, and nobody learns that the disk was the reason.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize("trouble", [one for one in TROUBLES if one.id in ("full-from-the-first-byte", "read-only")])
def test_write_failure_after_rotation_is_loud(auth_provider: Provider, auth_client: Client, trouble: Trouble) -> None:
    """A refresh that was done and could not be stored is said, whether or not the command goes on with it."""
    auth_client.login(expired=True)
    stored_credentials(auth_client)
    outcome = trouble.during(auth_client, "use").outcome
    if not [e for e in requests(outcome, "token", grant="refresh_token") if e.status == 200]:
        auth_client.exposure.add("it spent no refresh token for which it could not have stored another one")
        return
    held = {value for file in auth_client.credentials() for value in file.values}
    newest = [secret.value for secret in auth_provider.secrets if secret.kind == "refresh_token"][-1]
    applies_only(bool(held), f"nothing in the store of {auth_client.name} can be read")
    if newest not in held:
        _must_be_loud(outcome)


def _must_be_loud(outcome: Outcome) -> None:
    """Require a sentence that says that something went wrong: as an error, or as a warning beside a success."""
    if outcome.exit_code != 0:
        must_explain(outcome)
        return
    must(outcome.stderr.strip(), "it is said that the session could not be stored", "nothing was printed on stderr")

"""What `status` tells: whether anybody is signed in, by what, and how much of that it knows."""

from __future__ import annotations

import json
import re

import pytest

from auth_scenarios.given import Given
from auth_scenarios.stored import stored_credentials
from auth_scenarios.verify import (
    applies_only,
    applies_to_people,
    must,
    must_end,
    must_fail,
    must_not_crash,
    must_not_say,
)
from fakeprovider import Provider
from fakeprovider.faults import MissingMember
from pytest_auth_provider import Client, Outcome, scenario

CUSTOM = "custom among command-line tools"
SIGNED_IN = re.compile(r"(?:success|ok|signed|logged|authenticated|is_?valid|active)(?:_?in)?", re.IGNORECASE)
"""Names of members that, being true, tell a program that somebody is signed in."""
PLACES = re.compile(r"\b(?:file|folder|directory|keyring|keychain|credential (?:store|manager)|plain ?text)\b", re.I)
"""What a client may call the place in which it stores its session."""
NOT_ASKED = re.compile(
    r"\bnot (?:been )?(?:asked|checked|verified|contacted|confirmed)\b|\b(?:offline|locally|cached|last known)\b"
    r"|\b(?:stored|saved) (?:session|login|credentials?|data|information)\b",
    re.IGNORECASE,
)
"""Words of which one at least says that what is shown is what was stored some time ago."""


@scenario(
    CUSTOM,
    "In our words: a session whose access token has expired, and that nothing can renew, is over; who asks for the "
    "status is told so.",
    harm="A script asks for the status, is told that all is well, and every command that follows fails.",
    level="SHOULD",
    needs={"status"},
)
def test_expired_is_not_signed_in(auth_provider: Provider, auth_client: Client) -> None:
    """With an expired access token and no way to refresh it, the status does not say that one is signed in."""
    without = auth_provider.failing(MissingMember("refresh_token"), at="token", optional=True)
    with without, auth_client.clock.let_tokens_expire():
        signed_in = auth_client.attempt_login().ok
    applies_only(signed_in, f"{auth_client.name} does not sign in without a refresh token")
    auth_client.exposure.add("its access token had expired, and it had been given no refresh token")
    outcome = auth_client.status()
    must_not_crash(outcome)
    must_not_say(outcome, "signed_in", "valid")


@scenario(
    CUSTOM,
    "In our words: where nobody is signed in, the status has an exit code that says so, other than 0 unless the client "
    "declares one; and in JSON mode no member says the contrary.",
    harm="A script that asks whether anybody is signed in goes on as if somebody were.",
    level="SHOULD",
    needs={"status"},
)
def test_signed_out_status_exits_nonzero(auth_client: Client) -> None:
    """Before any login the status ends with an exit code other than 0, or with the one that is declared for this."""
    outcome = auth_client.status()
    auth_client.exposure.add("nobody had signed in")
    must_not_say(outcome, "signed_in")
    applies_to_people(auth_client)
    declared = auth_client.adapter.exits.get("not_signed_in", frozenset())
    if declared:
        must_end(outcome)
        right = outcome.exit_code in declared or outcome.crash
        must(right, f"it ends with {sorted(declared)}", f"it ended with {outcome.exit_code}")
    else:
        must_fail(outcome)
    if auth_client.can("status_json"):
        claims = _claims(auth_client.run("status_json"))
        must(not claims, "no member of its JSON says that somebody is signed in", f"these do: {', '.join(claims)}")


@scenario(
    CUSTOM,
    "In our words: the status says where the credential comes from that commands use, never the credential itself.",
    harm="Nobody finds out which of several tokens a machine uses, or that one lies in a plain file.",
    level="SHOULD",
    needs={"status"},
)
@pytest.mark.parametrize("source", ["variable", "store"])
def test_status_tells_where_the_secret_is(auth_provider: Provider, auth_client: Client, source: str) -> None:
    """The status names the variable whose token is used, or where the session is stored."""
    applies_to_people(auth_client)
    auth_client.login()
    if source == "variable":
        given = Given(auth_provider, auth_client)
        given.applies_where_it_wins()
        named = [given.variable]
        outcome = given.run("status", given.good())
    else:
        named = [file.path.name for file in stored_credentials(auth_client)]
        outcome = auth_client.status()
    auth_client.exposure.add(f"the token in use came from the {source}")
    must_not_crash(outcome)
    told = any(name in outcome.output for name in named) or (source == "store" and PLACES.search(outcome.output))
    must(told, f"`status` says where the token is: {' or '.join(named)}", f"it printed {outcome.output.strip()!r}")


@scenario(
    CUSTOM,
    "In our words: who shows what is stored says so, or asks whether it is still true.",
    harm="People are shown the name of a session that ended weeks ago, and look for the trouble elsewhere.",
    level="SHOULD",
    needs={"status"},
)
def test_whoami_asks_or_says_it_did_not(auth_provider: Provider, auth_client: Client) -> None:
    """The status of a session that was ended elsewhere asks the provider, or says that it shows what is stored."""
    auth_client.login()
    auth_provider.end_sessions("an administrator ended it")
    outcome = auth_client.status()
    auth_client.exposure.add("its session had been ended elsewhere")
    must_not_crash(outcome)
    if outcome.exchanges:
        must_not_say(outcome, "signed_in", "valid")
    else:
        claims = outcome.says("signed_in") or outcome.says("valid")
        applies_only(claims, f"the `status` of {auth_client.name} neither asks nor claims anything of the session")
        honest = NOT_ASKED.search(outcome.output) or outcome.says("unverified")
        must(honest, "`status` says that it shows what is stored", f"it printed {outcome.output.strip()!r}")


def _claims(outcome: Outcome) -> list[str]:
    """Return the names of the members of its JSON that say that somebody is signed in."""
    try:
        document = json.loads(outcome.stdout)
    except ValueError:
        return []
    members = document.items() if isinstance(document, dict) else ()
    return [name for name, value in members if value is True and SIGNED_IN.fullmatch(name)]

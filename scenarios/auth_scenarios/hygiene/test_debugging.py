"""What a client prints for whoever looks for an error in it: people paste it into bug reports, and CI keeps it."""

from __future__ import annotations

import re

from auth_scenarios.verify import applies_only, exposed, must, must_succeed, requests
from fakeprovider import Provider
from pytest_auth_provider import Client, Outcome, scenario
from pytest_auth_provider.checks.secrets import check_secrets

LASTING = frozenset({"access_token", "refresh_token", "id_token", "client_secret"})
"""Kinds of secret that are worth something once the command has ended; a device code is spent by then."""
PRINTED = ("stdout", "stderr", "(a log)")
"""Where a finding is about what was printed. A secret in a URL or a command line is told of by another contract."""


@scenario(
    "custom among command-line tools",
    "In our words: what a debug flag or variable makes the client print holds no token and no client secret, on the "
    "terminal or in a log; that one was sent is shown without it.",
    harm="A user pastes debug output into a public issue, as the maintainers asked, and strangers can act as the user.",
    level="SHOULD",
    needs={"use"},
)
def test_no_secret_in_debug_output(auth_client: Client) -> None:
    """Debug output shows no token and no client secret."""
    client = _debugging(auth_client)
    quiet, loud = _session(auth_client), _session(client)
    # What is shown without debug output as well is told of by `hygiene/no-secret-in-output`.
    found = dict.fromkeys(_given_away(client, loud)).keys() - set(_given_away(auth_client, quiet))
    expected = "no token and no client secret in what a debug flag or variable makes it print"
    must(not found, expected, "; ".join(sorted(found)))
    more = sum(len(outcome.output) for outcome in loud) - sum(len(outcome.output) for outcome in quiet)
    exposed(auth_client, more > 0, f"{more} more characters were printed to debug", "nothing more was printed")


@scenario(
    "RFC 8628 3.3",
    "After receiving a successful authorization response, the client displays or otherwise communicates the "
    '"user_code" and the "verification_uri" to the end user and instructs them to visit the URI in a user agent on a '
    "secondary device [...] In our words: a filter that hides secrets in debug output hides neither of them.",
    harm="Who signs in with debug output on, reads asterisks where the page and the code should be, and cannot go on.",
    profile={"sign_in": "device"},
)
def test_redaction_spares_what_the_user_needs(auth_provider: Provider, auth_client: Client) -> None:
    """With debug output on, a device login still shows the code to type and the page to type it on."""
    outcome = _debugging(auth_client).attempt_login()
    applies_only(bool(requests(outcome, "device_authorization")), f"{auth_client.name} began no device login")
    codes = [secret.value for secret in auth_provider.secrets if secret.kind == "user_code"]
    exposed(auth_client, codes, "a device login with debug output on", "it was told no code")
    must_succeed(outcome)
    shown = re.sub(r"[^A-Z0-9]", "", outcome.output.upper())
    must(any(re.sub(r"[^A-Z0-9]", "", code) in shown for code in codes), "the code is shown", "the output lacks it")
    page = auth_provider.url("verification").partition("://")[2]
    printed = "".join(outcome.output.split())  # an address may be broken over lines
    must(page in printed or auth_client.browser.visits, "the page is shown or opened", "the output lacks it")


def _debugging(client: Client) -> Client:
    """Return the client as it prints debug output, which the passive checks leave to these contracts."""
    declares = client.policies.offers("verbosity", "debug")
    applies_only(declares, f"{client.name} declares no [switches.verbosity.debug] that makes it print debug output")
    return client.policies.switched("verbosity", "debug").unreported()


def _session(client: Client) -> list[Outcome]:
    """Sign in, use a token that has expired, and do the rest; return the outcomes."""
    begun = client.login(expired=client.policies["refresh"] == "refreshes")
    return [begun, *(client.run(action) for action in ("use", "status", "logout") if client.can(action))]


def _given_away(client: Client, outcomes: list[Outcome]) -> list[str]:
    """Return where the outcomes show a secret that was not asked for, each in one line."""
    secrets = [secret for secret in client.provider.secrets if secret.kind in LASTING]
    polls = client.policies["use"] == "polls"
    return [
        f"{finding.what} in {finding.where} of `{outcome.action}`"
        for outcome in outcomes
        for finding in check_secrets(
            outcome, secrets, client.sandbox.root, prints_token=polls and outcome.action == "use"
        )
        if finding.where.endswith(PRINTED)
    ]

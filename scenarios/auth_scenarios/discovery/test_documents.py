"""The provider's metadata (RFC 8414, OpenID Connect Discovery): where it is asked for, and what may be in it."""

from __future__ import annotations

import pytest

from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import (
    applies_only,
    exposed,
    must,
    must_explain,
    must_fail,
    must_not_request,
    must_not_say,
    must_request_at_most,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import Body, Fault, HtmlPage, MissingMember, Reset, ServerError, WrongIssuer, WrongMember
from pytest_auth_provider import Client, Outcome, scenario

IDENTICAL = (
    'The "issuer" value returned MUST be identical to the authorization server\'s issuer identifier value into which '
    "the well-known URI string was inserted to create the URL used to retrieve the metadata. If these values are not "
    "identical, the data contained in the response MUST NOT be used."
)
CONFIGURATION = (
    "A successful response MUST use the 200 OK HTTP status code and return a JSON object using the "
    '"application/json" content type [...] In our words: '
)


@scenario(
    "RFC 8414 3.2",
    CONFIGURATION + "whoever gets anything else says so, and stores nothing.",
    harm="While the provider is down, people read a stack of errors, and lose what they were signed in with.",
    level="SHOULD",
    signs_in=True,
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Reset(), id="reset"),
        pytest.param(ServerError(503), id="503"),
        pytest.param(HtmlPage(404), id="404"),
    ],
)
def test_failure_is_a_message(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A discovery that fails ends the login with a message, and nothing is stored."""
    with auth_provider.failing(failure, at="discovery", optional=True):
        outcome = auth_client.attempt_login()
    _applies_to_discovery(auth_client, outcome)
    _must_end_without_a_session(auth_client, outcome)


@scenario(
    "RFC 8414 3.2",
    CONFIGURATION + "a page, a list or an object without what is needed is none of that kind.",
    harm="A hotel's sign-in page in the provider's place ends in a complaint about a character that nobody typed.",
    level="SHOULD",
    signs_in=True,
)
@pytest.mark.parametrize(
    "document",
    [
        pytest.param(HtmlPage(200), id="html"),
        pytest.param(Body("[]"), id="list"),
        pytest.param(Body("null"), id="null"),
        pytest.param(MissingMember("token_endpoint"), id="no-token-endpoint"),
        pytest.param(WrongMember("token_endpoint", 42), id="number-for-an-endpoint"),
        pytest.param(WrongMember("token_endpoint", None), id="null-for-an-endpoint"),
    ],
)
def test_malformed_document(auth_provider: Provider, auth_client: Client, document: Fault) -> None:
    """A document that is none ends the login with a message, and nothing is stored."""
    with auth_provider.failing(document, at="discovery", optional=True):
        outcome = auth_client.attempt_login()
    _applies_to_discovery(auth_client, outcome)
    _must_end_without_a_session(auth_client, outcome)


@scenario(
    "RFC 8414 3.3",
    IDENTICAL,
    harm="Whoever can answer one request sends everybody's sign-in to a provider of their own.",
    signs_in=True,
)
def test_issuer_mismatch(auth_provider: Provider, auth_client: Client) -> None:
    """A document that names another issuer is refused: nobody signs in by it, nothing is stored."""
    with auth_provider.failing(WrongIssuer(), at="discovery", optional=True):
        outcome = auth_client.attempt_login()
    _applies_to_discovery(auth_client, outcome)
    must_fail(outcome)
    must_not_request(outcome, "token", "authorization", "device_authorization")
    must_hold_no_credentials(auth_client)


@scenario(
    "RFC 8414 3.3",
    IDENTICAL,
    harm="At providers whose issuer ends in a slash, nobody can sign in at all.",
    provider={"trailing_slash": True},
    needs={"use"},
    signs_in=True,
)
def test_issuer_compared_literally(auth_client: Client) -> None:
    """An issuer with a slash at its end works: the document that names it like that is no mismatch."""
    outcome = auth_client.attempt_login()
    _applies_to_discovery(auth_client, outcome)
    must_succeed(outcome)
    must_succeed(auth_client.use())


@scenario(
    "formancehq/fctl#116",
    "[...] transient OIDC discovery failures are retried on the next call rather than cached permanently. In our "
    "words: and one that succeeded is good for the whole command.",
    harm="Every command waits for the same document several times, and a busy provider for all of them.",
    level="SHOULD",
    needs={"use"},
    origin="fctl's token cache",
)
def test_once_per_command(auth_client: Client) -> None:
    """A command that refreshes fetches each discovery document once at most."""
    auth_client.login(expired=True)
    outcome = auth_client.use()
    asked = requests(outcome, "discovery")
    applies_only(bool(asked), f"{auth_client.name} does not discover its provider as it uses a token")
    auth_client.exposure.add(f"it discovered the provider by {len(asked)} request(s)")
    for path in {e.path for e in asked}:
        times = sum(e.path == path for e in asked)
        must(times == 1, f"{path} is fetched once", f"it was fetched {times} times by one command")


@scenario(
    "formancehq/fctl#116",
    "The lazy relying party uses sync.Mutex [...] In our words: lazy means that what needs no provider asks none.",
    harm="Without a network even `--help` hangs, and nobody can find out what to do.",
    level="SHOULD",
    origin="fctl's token cache",
)
@pytest.mark.parametrize("action", ["help", "status"])
def test_lazy(auth_client: Client, action: str) -> None:
    """Commands that need no provider make no discovery: help, and who is signed in."""
    applies_only(auth_client.can(action), f"{auth_client.name} has no `{action}`")
    discovers = requests(auth_client.login(), "discovery") or (
        auth_client.can("use") and requests(auth_client.use(), "discovery")
    )
    applies_only(bool(discovers), f"{auth_client.name} does not discover its provider")
    outcome = auth_client.run(action)
    auth_client.exposure.add(f"`{action}` was run, which needs no provider")
    must_request_at_most(outcome, "discovery", times=0)


def _applies_to_discovery(client: Client, outcome: Outcome) -> None:
    """Skip the contract for a client whose login asks for no metadata; note that this one did."""
    asked = requests(outcome, "discovery")
    applies_only(bool(asked), f"{client.name} does not discover its provider as it signs in")
    exposed(client, asked, f"its login asked for {asked[0].path if asked else ''}", "it asked for no metadata")


def _must_end_without_a_session(client: Client, outcome: Outcome) -> None:
    """Require that a login ended with a message, and that nothing was stored."""
    must_explain(outcome)
    must_not_say(outcome, "signed_in")
    must_hold_no_credentials(client)

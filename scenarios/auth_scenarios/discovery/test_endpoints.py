"""The endpoints that the provider's metadata name: used, also after they have moved, but never in the clear."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from auth_scenarios.verify import applies_only, exposed, must, must_explain, must_succeed, requests
from fakeprovider import Provider
from fakeprovider.context import Call
from fakeprovider.faults import ErrorAnswer, OtherOrigin
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.clients.factory import ClientGroup

SECURED = "sign-in.invalid"
"""A host that no resolver knows (RFC 6761 6.4): the proxy of the sandbox answers for it, over https and over http."""


@scenario(
    "RFC 6749 10.3; RFC 6749 10.4",
    "Access token credentials MUST only be transmitted using TLS as described in Section 1.6 with server "
    "authentication as defined by [RFC2818]. [...] Refresh tokens MUST only be transmitted using TLS as described in "
    "Section 1.6 with server authentication as defined by [RFC2818]. [...] In our words: a document that came over "
    "https does not change that.",
    harm="One wrong line in the provider's metadata, and tokens cross the network where everybody reads them.",
    signs_in=True,
)
def test_endpoints_do_not_downgrade(auth_client_group: ClientGroup) -> None:
    """A token endpoint on plain http, named by a document from https, is not asked."""
    named = auth_client_group.adapter
    applies_only(not named.hosts, f"{named.name} has built-in hosts, and knows its endpoints without a document")
    client = auth_client_group.new({SECURED: "provider"})
    with client.provider.failing(OtherOrigin(f"http://{SECURED}", "token"), at="discovery", optional=True) as moved:
        outcome = client.attempt_login()
    applies_only(bool(requests(outcome, "discovery")), f"{client.name} did not discover a provider on https")
    exposed(client, moved.fired, "its provider is on https, and names a token endpoint on http", "it read no document")
    clear = [exchange.line for exchange in requests(outcome, "token") if exchange.scheme == "http"]
    must(not clear, "no token is asked for over plain http", "; ".join(clear))
    if not requests(outcome, "token"):
        must_explain(outcome)


@scenario(
    "RFC 8414 3.2",
    "The response is a set of claims about the authorization server's configuration, including all necessary endpoints "
    "and public key location information. [...] In our words: who asks for them does not guess another address.",
    harm="At a provider with an address of its own for tokens or pages, nobody can sign in, stay signed in, or out.",
    level="SHOULD",
    signs_in=True,
)
@pytest.mark.parametrize(
    ("endpoints", "action"),
    [
        pytest.param(("authorization", "device_authorization"), "", id="sign-in"),
        pytest.param(("token",), "use", id="token"),
        pytest.param(("revocation",), "logout", id="revocation"),
    ],
)
def test_endpoints_of_the_document_are_used(
    auth_provider: Provider, auth_client: Client, endpoints: tuple[str, ...], action: str
) -> None:
    """What the document names is asked, on another origin too, at a login, a refresh and a sign-out; or it is refused.

    A client may refuse an endpoint on another origin, with a message. It may not ask another one instead.
    """
    with _moved(auth_provider, *endpoints), auth_client.clock.let_tokens_expire():
        outcomes = [auth_client.attempt_login()]
    applies_only(bool(requests(outcomes[0], "discovery")), f"{auth_client.name} discovers no provider as it signs in")
    with _moved(auth_provider, *endpoints):
        outcomes += [auth_client.run(action)] if outcomes[0].ok and auth_client.can(action) else []
    asked = [exchange for outcome in outcomes for exchange in requests(outcome, *endpoints)]
    what = " and ".join(endpoints)
    if not asked and not outcomes[0].ok:
        must_explain(outcomes[0])
    applies_only(bool(asked) or not outcomes[0].ok, f"{auth_client.name} asks no {what}")
    exposed(auth_client, outcomes, f"the document named {what} on another origin", "it did nothing")
    there = [exchange.line for exchange in asked if not _is_moved(exchange.header("Host"))]
    must(not there, f"{what} is asked where the document says", f"another address was asked: {'; '.join(there)}")


@scenario(
    "custom among command-line tools",
    "In our words: metadata that were read some time ago may be out of date, which an endpoint shows that is not there "
    "any more; they are read again before anything else is concluded.",
    harm="After the provider has moved an endpoint, every command fails until somebody finds out what to delete.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_stale_document_is_refetched(auth_provider: Provider, auth_client: Client) -> None:
    """A token endpoint that has moved since the login is found again, by the second command at the latest."""
    signed_in = auth_client.login(expired=True)
    applies_only(bool(requests(signed_in, "discovery")), f"{auth_client.name} discovers no provider as it signs in")
    with _moved(auth_provider, "token"):
        tries = [auth_client.use()]
        tries += [] if tries[0].ok else [auth_client.use()]
    refreshes = [e for outcome in tries for e in requests(outcome, "token", grant="refresh_token")]
    exposed(auth_client, refreshes, "its token endpoint had moved since the login", "it made no refresh request")
    must_succeed(tries[-1])


@contextmanager
def _moved(provider: Provider, *endpoints: str) -> Iterator[None]:
    """Name endpoints on another origin, which is another name of this machine, and answer 404 where they were."""
    elsewhere = [OtherOrigin(f"http://localhost:{provider.address[1]}", endpoint) for endpoint in endpoints]
    gone = ErrorAnswer("not_found", status=404)

    def is_there(call: Call) -> bool:
        return not _is_moved(call.request.headers.get("Host", ""))

    with (
        provider.failing(*elsewhere, at="discovery", optional=True),
        provider.failing(gone, at=endpoints, when=is_there, optional=True),
    ):
        yield


def _is_moved(host: str) -> bool:
    return host.startswith("localhost:")

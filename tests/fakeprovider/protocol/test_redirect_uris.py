"""Where a browser may be sent: any loopback address, what was registered, custom schemes of native clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeprovider import ClientRecord, Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:65000/any/path?and=query",
        "http://localhost:8090/callback",
        "http://[::1]:5000",
        "https://localhost/cb",
    ],
)
def test_every_client_may_return_to_this_machine(client: OAuthClient, uri: str) -> None:
    """Any port and path of a loopback address will do, for any client (RFC 8252 7.3)."""
    assert client.authorize(redirect_uri=uri).headers["Location"].startswith(uri)


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:abc/", "http://127.0.0.1:99999999/", "http://127.0.0.1:65536/", "http://[::1]evil/"]
)
def test_a_host_or_port_there_cannot_be_is_refused(client: OAuthClient, uri: str) -> None:
    """A browser would not find this machine there, or would find another one (RFC 3986 3.2)."""
    assert client.authorize(redirect_uri=uri).status_code == 400


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.2/cb", "http://localhost.example.test/", "http://0.0.0.0/", "ftp://localhost/"]
)
def test_what_only_looks_like_this_machine_is_refused(client: OAuthClient, uri: str) -> None:
    """Loopback is 127.0.0.1, [::1] and localhost over http or https, and nothing else."""
    assert client.authorize(redirect_uri=uri).status_code == 400


def test_a_registered_address_is_compared_letter_by_letter(provider: Provider, client: OAuthClient) -> None:
    """A redirect away from this machine must be registered exactly (RFC 9700 2.1)."""
    provider.clients.add(ClientRecord("cli", redirect_uris=("https://tool.example.test/cb",)))

    assert client.authorize(redirect_uri="https://tool.example.test/cb").is_redirect
    page = client.authorize(redirect_uri="https://tool.example.test/cb/")
    assert page.status_code == 400
    assert "expected one registered for client &#39;cli&#39;: https://tool.example.test/cb" in page.text


def test_the_only_registered_address_may_be_left_out(provider: Provider, client: OAuthClient) -> None:
    """Without OpenID, a single registered redirect stands for a missing one, in both requests (RFC 6749 3.1.2.3)."""
    provider.clients.add(ClientRecord("cli", redirect_uris=("https://tool.example.test/cb",)))
    answer = client.authorize(redirect_uri=None, scope="read")

    assert client.exchange(client.landed(answer)["code"], redirect_uri=None).status_code == 200
    assert "OpenID Connect needs it" in client.landed(client.authorize(redirect_uri=None))["error_description"]


@pytest.mark.parametrize(("native", "expected"), [(True, 302), (False, 400)])
def test_schemes_of_its_own_are_for_native_clients(
    provider: Provider, client: OAuthClient, native: bool, expected: int
) -> None:
    """A custom scheme needs a client that is registered as native (RFC 8252 7.1)."""
    provider.clients.add(ClientRecord("cli", redirect_uris=("com.example.tool:/cb",), native=native))

    assert client.authorize(redirect_uri="com.example.tool:/cb").status_code == expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [("http://127.0.0.1:7777/cb", 302), ("http://127.0.0.1:7777/other", 400), ("http://[::1]/cb", 400)],
)
def test_loopback_can_be_held_to_what_is_registered(
    provider: Provider, client: OAuthClient, uri: str, expected: int
) -> None:
    """With any_loopback_redirect off, only the port of a registered loopback redirect is free (RFC 8252 7.3)."""
    provider.any_loopback_redirect = False
    provider.clients.add(ClientRecord("cli", redirect_uris=("http://127.0.0.1/cb",)))

    assert client.authorize(redirect_uri=uri).status_code == expected

"""The MCP SDKs: a resource names its provider, and a client nobody knows registers itself and signs in."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider, TokenStorage
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl

from fakeprovider import Provider

from .conftest import Browser
from .toolchain import Scripts

CALLBACK = "http://127.0.0.1:9/callback"
METHODS = ["none", "client_secret_post", "client_secret_basic"]


class Memory(TokenStorage):
    """A store that forgets everything with the test."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        """The tokens of the last sign-in or refresh."""
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        """Keep them."""
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        """What the provider registered."""
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        """Keep it."""
        self.client = client_info


async def use(provider: Provider, browser: Browser, memory: Memory, method: str, times: int) -> list[int]:
    """Ask the resource as often as told; the statuses, all of one client."""
    back: dict[str, str] = {}

    async def redirect(url: str) -> None:
        back.update(parse_qsl(urlsplit(await asyncio.to_thread(browser.visit, provider, url)).query))

    async def callback() -> AuthorizationCodeResult:
        return AuthorizationCodeResult(code=back["code"], state=back["state"], iss=back["iss"])

    metadata = OAuthClientMetadata.model_validate(
        {"redirect_uris": [AnyUrl(CALLBACK)], "client_name": "MCP", "token_endpoint_auth_method": method}
    )
    server = f"{provider.api}/mcp"
    auth = OAuthClientProvider(server, metadata, memory, redirect, callback)
    async with httpx2.AsyncClient(auth=auth, trust_env=False) as client:
        statuses = []
        for _ in range(times):
            statuses.append((await client.get(server)).status_code)
            provider.clock.advance(10)
        return statuses


@pytest.mark.parametrize("method", METHODS)
def test_python(provider: Provider, browser: Browser, method: str) -> None:
    """A 401, the metadata of the resource (RFC 9728) and of the provider, registration, sign-in, and it goes on."""
    memory = Memory()
    assert asyncio.run(use(provider, browser, memory, method, times=2)) == [200, 200]
    assert memory.client is not None
    assert memory.client.client_id in provider.clients
    assert [exchange.endpoint for exchange in provider.journal if exchange.endpoint != "discovery"] == [
        *("api", "resource_metadata", "registration", "authorization", "token", "api", "api")
    ]


@pytest.mark.parametrize("method", METHODS)
def test_node(provider: Provider, node: Scripts, method: str) -> None:
    """The same with the SDK for JavaScript, and a refresh that rotates."""
    told = node.run("mcp/connect", provider, server=f"{provider.api}/mcp", method=method)
    assert told["steps"] == ["REDIRECT", "AUTHORIZED", "AUTHORIZED"]
    assert (told["statuses"], told["rotated"]) == ([401, 200, 200], True)
    assert told["client"]["client_id"] in provider.clients

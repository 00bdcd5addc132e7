"""A provider, clients on real sockets, and the token answers they get."""

from __future__ import annotations

import contextlib
import json
import socket
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from fakeprovider import Provider

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
PATIENCE = 10.0  # seconds; only a broken provider makes a test wait this long


class Client:
    """What tests do as a client of a provider."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.http = httpx.Client(timeout=PATIENCE, trust_env=False)

    def get(self, endpoint: str, **options: Any) -> httpx.Response:
        """GET an endpoint."""
        return self.http.get(self.provider.url(endpoint), **options)

    def post(self, endpoint: str, **form: str) -> httpx.Response:
        """POST a form to an endpoint, as client `cli`."""
        return self.http.post(self.provider.url(endpoint), data={"client_id": "cli", **form})

    def sign_in(self) -> dict[str, Any]:
        """The members of the token answer to an approved device code."""
        members: dict[str, Any] = self.poll(self.device_code()).json()
        return members

    def device_code(self) -> str:
        """A fresh device code."""
        return str(self.post("device_authorization", scope="openid offline_access").json()["device_code"])

    def poll(self, device_code: str) -> httpx.Response:
        """One poll with a device code."""
        return self.post("token", grant_type=DEVICE_CODE, device_code=device_code)

    def refresh(self, refresh_token: str) -> httpx.Response:
        """Spend a refresh token."""
        return self.post("token", grant_type="refresh_token", refresh_token=refresh_token)


def raw_request(provider: Provider, endpoint: str, **form: str) -> bytes:
    """The bytes of one request: GET, or POST where there is a form."""
    url = urlsplit(provider.url(endpoint))
    body = urlencode(form)
    method = "POST" if form else "GET"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n" if form else ""
    head = f"{method} {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\n{kind}Content-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def everything(connection: socket.socket) -> bytes:
    """All bytes until the end of the connection; ConnectionResetError passes through."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a JWT, unchecked."""
    header, claims = (json.loads(urlsafe_b64decode(part + "===")) for part in token.split(".")[:2])
    return header, claims


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that lets device clients poll at full speed, and must not have crashed."""
    with Provider(device_interval=0) as provider:
        yield provider
    assert provider.crashes == []


@pytest.fixture
def client(provider: Provider) -> Iterator[Client]:
    """A client of the provider."""
    client = Client(provider)
    yield client
    client.http.close()


@pytest.fixture
def dial(provider: Provider) -> Iterator[Callable[[bytes], socket.socket]]:
    """Open a connection to the provider and send some bytes."""
    with contextlib.ExitStack() as connections:

        def connect(data: bytes) -> socket.socket:
            url = urlsplit(provider.origin)
            address = (str(url.hostname), url.port)
            connection = connections.enter_context(socket.create_connection(address, PATIENCE))
            connection.sendall(data)
            return connection

        yield connect

"""Providers on real sockets, and clients that nobody here wrote."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest

from fakeprovider import Provider
from tests.support.providers import Serve, serving

from .toolchain import Scripts, install

INTERVAL = 0.01  # seconds; RFC 8628 3.2 allows 0, oauth4webapi does not


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a provider; it is stopped when the test ends, and nothing may have crashed in it."""
    with serving(device_interval=INTERVAL) as start:
        yield start


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider as it is without any settings, but for devices that need not wait."""
    return serve()


class Browser:
    """A browser that tells where it is sent, and goes nowhere."""

    def visit(self, provider: Provider, url: str) -> str:
        """The address that an authorization URL redirects to."""
        with httpx.Client(verify=trust(provider), trust_env=False) as client:
            answer = client.get(url)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def visit_form(self, provider: Provider, url: str) -> dict[str, str]:
        """The form that the page at an authorization URL posts by itself (response mode form_post)."""
        with httpx.Client(verify=trust(provider), trust_env=False) as client:
            answer = client.get(url)
        assert answer.status_code == 200, answer.text
        page = _Inputs()
        page.feed(answer.text)
        return page.named


class _Inputs(HTMLParser):
    """The named inputs of a page, with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.named: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "input" and attributes.get("name"):
            self.named[str(attributes["name"])] = attributes.get("value") or ""


def trust(provider: Provider) -> ssl.SSLContext | bool:
    """What a client verifies the provider's certificate with."""
    return ssl.create_default_context(cafile=provider.ca_file) if provider.ca_file else True


@pytest.fixture
def browser() -> Browser:
    """The person's browser."""
    return Browser()


@pytest.fixture
def secure(serve: Serve) -> Provider:
    """A provider on https, for clients that speak nothing else."""
    return serve(tls=True)


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Scripts:
    """The scripts of `node/`, installed once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    return install(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)

"""oidc-client-ts in a real browser: an application that is a page of another origin, held to CORS as all are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fakeprovider import Provider
from tests.support.chromium import browse, person  # noqa: F401  # fixtures
from tests.support.person import Person

from .toolchain import Scripts


class _Site(BaseHTTPRequestHandler):
    """Serves the page, and the library as it is published for browsers."""

    def __init__(self, files: dict[str, bytes], *arguments: object) -> None:
        self._files = files
        super().__init__(*arguments)  # type: ignore[arg-type]  # as the server hands them over

    def do_GET(self) -> None:
        body = self._files["script" if self.path.endswith(".js") else "page"]
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as the base class has it
        """Say nothing."""


@pytest.fixture
def site(provider: Provider, node: Scripts) -> Iterator[str]:
    """The address of a site whose page signs in at the provider."""
    library = node.directory / "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"
    page = Path(node.directory / "browser/page.html").read_text()
    page = page.replace("{issuer}", provider.issuer).replace("{api}", provider.api)
    files = {"script": library.read_bytes(), "page": page.encode()}
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Site, files)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_it_signs_in_refreshes_and_revokes(site: str, provider: Provider, person: Person) -> None:  # noqa: F811
    """Everything a page may do: discovery, tokens, keys, userinfo, the API with a bearer token, and revocation."""
    person.go(site)
    person.reads(f"{provider.user.person.email} rotated true used 200 revoked 401")
    assert {exchange.endpoint for exchange in provider.journal if exchange.method == "OPTIONS"} >= {"userinfo", "api"}


def test_without_cors_it_cannot(site: str, provider: Provider, person: Person) -> None:  # noqa: F811
    """The browser keeps from the page what the provider does not share."""
    provider.cors = False
    person.go(site)
    person.reads("failed: TypeError: Failed to fetch")
    person.complaints()  # that it was blocked is what the browser complains about, and rightly

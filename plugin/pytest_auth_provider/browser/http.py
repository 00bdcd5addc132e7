"""Request pages of this machine and of impersonated hosts. Nothing else is ever contacted."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urlsplit

from pytest_auth_provider.network.proxy import is_this_machine

if TYPE_CHECKING:
    import httpx


READ_SECONDS = 30.0
"""Seconds a page may take; a client whose callback is slower has lost its person."""

CONNECT_SECONDS = 5.0
"""Seconds for which a refused connection is retried: many clients open the browser first and listen then."""

PAGE_CHARACTERS = 65536
"""Characters of a page that are read."""

RETRY_SECONDS = 0.02
GOODBYE_SECONDS = 0.3
"""Seconds for which a server that was asked to close the connection behind its answer is waited for."""

_HEADERS = {
    "User-Agent": "Mozilla/5.0 (pytest-auth-provider)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Connection": "close",  # a client that stops its little server does not have to wait for us
}


class Page(NamedTuple):
    """The answer to one request: its status, the start of its text, and where it redirects to (empty if nowhere)."""

    status: int
    text: str
    location: str
    content_type: str = ""


@dataclass
class PageFetcher:
    """Request pages, one httpx client for each kind of host.

    `ca_file` is the certificate authority of the provider and of impersonated hosts. `hosts` maps each impersonated
    host to its role; they are reached through the proxy at the URL `gateway`. The certificate of a client's own
    loopback server is not verified: the person clicks that away.
    """

    ca_file: Path | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)
    gateway: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _clients: dict[str, httpx.Client] = field(default_factory=dict, init=False, repr=False)

    @property
    def provider_origins(self) -> frozenset[str]:
        """The origins of the impersonated hosts that stand for the provider."""
        return frozenset(f"https://{host}:443" for host, role in self.hosts.items() if role == "provider")

    def may_visit(self, url: str) -> bool:
        """Return whether the host of `url` is this machine or impersonated."""
        host = split_url(url).hostname or ""
        return is_this_machine(host) or host in self.hosts

    def fetch(
        self,
        url: str,
        form: Mapping[str, str] | None,
        *,
        trusted: bool,
        given_up: threading.Event,
        method: str = "",
        on_refused: Callable[[], None] = lambda: None,
    ) -> Page:
        """Send a GET request, or a POST request with `form`, or one of another `method`; redirects are not followed.

        `trusted` says that `url` is the provider's: its certificate is verified, and a refused connection is final. Any
        other refused connection is told to `on_refused` and retried for `CONNECT_SECONDS`, until `given_up` is set.
        Raises `httpx.HTTPError`, and `RuntimeError` once the fetcher is closed.
        """
        import httpx  # imported late: most tests never visit a page

        client = self._client(url, trusted=trusted)
        until = time.monotonic() + CONNECT_SECONDS
        while True:
            try:
                with (
                    _port_given_back(trusted) as ends,
                    client.stream(method or ("GET" if form is None else "POST"), url, data=form) as answer,
                ):
                    ends(answer)
                    location = answer.headers.get("Location", "") if answer.is_redirect else ""
                    content_type = answer.headers.get("Content-Type", "")
                    return Page(answer.status_code, _start_of(answer), location, content_type)
            except httpx.ConnectError:
                on_refused()
                if trusted or time.monotonic() > until or given_up.wait(RETRY_SECONDS):
                    raise

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in self._clients.values():
                client.close()

    def _client(self, url: str, *, trusted: bool) -> httpx.Client:
        kind = "gateway" if split_url(url).hostname in self.hosts else "trusted" if trusted else "any"
        with self._lock:
            if kind not in self._clients:
                self._clients[kind] = self._new_client(kind)
            return self._clients[kind]

    def _new_client(self, kind: str) -> httpx.Client:
        import httpx  # imported late, as above

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if kind == "any":
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        elif self.ca_file is not None:
            context.load_verify_locations(self.ca_file)
        limits = httpx.Limits(max_keepalive_connections=0)
        proxy = self.gateway if kind == "gateway" else None
        return httpx.Client(
            verify=context, proxy=proxy, limits=limits, headers=_HEADERS, timeout=READ_SECONDS, trust_env=False
        )


@contextlib.contextmanager
def _port_given_back(trusted: bool) -> Iterator[Callable[[httpx.Response], None]]:
    """Leave no connection behind that holds the port of a client's little server, which closes first, for a minute.

    The caller passes on the answer; behind the block its connection is reset, once the server has closed it: the
    system remembers a connection that was reset no longer (RFC 9293 3.6), so that the next command gets the port even
    where it does not ask to reuse one. The provider is `trusted` and takes care of its own.
    """
    ours: list[socket.socket] = []

    def ends(answer: httpx.Response) -> None:
        connection = answer.extensions["network_stream"].get_extra_info("socket")
        if not trusted and type(connection) is socket.socket:  # TLS has more to say at the end
            ours.append(connection.dup())

    try:
        yield ends
    finally:
        for connection in ours:
            with connection, contextlib.suppress(OSError):
                connection.settimeout(GOODBYE_SECONDS)
                if connection.recv(1) == b"":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _start_of(answer: httpx.Response) -> str:
    """Return the text of a page, cut where it is long or where it drips in for longer than a person waits."""
    import httpx  # imported late, as above

    text, until = "", time.monotonic() + READ_SECONDS
    try:
        for chunk in answer.iter_text():
            text += chunk
            if len(text) > PAGE_CHARACTERS or time.monotonic() > until:
                break
    except httpx.HTTPError:
        pass  # the client closed early: what is there is what the person sees
    return text[:PAGE_CHARACTERS]


def split_url(url: str) -> SplitResult:
    """Split a URL; every part of an invalid one is empty."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL; every name of the loopback becomes 127.0.0.1."""
    parts = split_url(url)
    host = parts.hostname or ""
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{'127.0.0.1' if is_this_machine(host) else host}:{port}"

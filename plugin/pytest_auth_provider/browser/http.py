"""Where the browser may go: this machine, and the hosts we impersonate. Nothing else is ever contacted."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    import httpx


LOOPBACK = ("127.0.0.1", "localhost", "::1")
READ_SECONDS = 30.0
"""How long a page may take; a client whose callback is slower has lost its person."""

_HEADERS = {
    "User-Agent": "Mozilla/5.0 (pytest-auth-provider)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Connection": "close",  # a client that stops its little server does not have to wait for us
}


@dataclass
class Reach:
    """The ways from the browser to its pages.

    `ca_file` is what vouches for the provider and for impersonated hosts. `hosts` are those, each with what it stands
    for, reached through the proxy at `gateway`. A certificate of the client's own loopback server is not looked at: the
    person clicks that away.
    """

    ca_file: Path | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)
    gateway: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _ways: dict[str, httpx.Client] = field(default_factory=dict, init=False, repr=False)

    @property
    def providers(self) -> frozenset[str]:
        """The origins of the impersonated hosts that stand for the provider."""
        return frozenset(f"https://{host}:443" for host, target in self.hosts.items() if target == "provider")

    def leads_to(self, url: str) -> bool:
        """May this be visited?"""
        host = parts_of(url).hostname
        return host in LOOPBACK or host in self.hosts

    def client(self, url: str, *, trusted: bool) -> httpx.Client:
        """What requests `url` with; `trusted` says that its certificate must be one of ours."""
        way = "gateway" if parts_of(url).hostname in self.hosts else "trusted" if trusted else "any"
        with self._lock:
            if way not in self._ways:
                self._ways[way] = self._make(way)
            return self._ways[way]

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            for client in self._ways.values():
                client.close()

    def _make(self, way: str) -> httpx.Client:
        import httpx  # imported late: most tests never visit a page

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if way == "any":
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        elif self.ca_file is not None:
            context.load_verify_locations(self.ca_file)
        limits = httpx.Limits(max_keepalive_connections=0)
        proxy = self.gateway if way == "gateway" else None
        return httpx.Client(
            verify=context, proxy=proxy, limits=limits, headers=_HEADERS, timeout=READ_SECONDS, trust_env=False
        )


def parts_of(url: str) -> SplitResult:
    """The parts of a URL; of none where it is not one."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, the names of the loopback taken for one."""
    parts = parts_of(url)
    host = "127.0.0.1" if parts.hostname in LOOPBACK else parts.hostname or ""
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{host}:{port}"

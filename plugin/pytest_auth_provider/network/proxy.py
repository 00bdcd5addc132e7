"""The way out of the sandbox: a proxy that lets nothing out.

a host we impersonate        -> answered here, under a certificate of ours: by the provider, its API, or a stub
the provider, asked this way -> answered by it (some programs ignore NO_PROXY)
anything else                -> refused with 403, and written down
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch, fnmatchcase
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fakeprovider.journal import Noise
from fakeprovider.server import Connection, Limits, Request, Server
from fakeprovider.server.answer import Answer
from fakeprovider.server.handler import ConnectionHandler
from fakeprovider.server.service import Service

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.network.certificates import Authority


# FROM plugin/pytest_auth_provider/network/stubs.py: Answers for hosts that are not the provider: what a tool asks of them, as its adapter tells it.


@dataclass(frozen=True)
class Stub:
    """One answer: to `method` requests for `path` (where `*` stands for any characters) at `host`."""

    host: str
    path: str
    method: str = "GET"
    status: int = 200
    json: object = None

    def fits(self, host: str, request: Request) -> bool:
        """Is it the answer to this request?"""
        method = "GET" if request.method == "HEAD" else request.method
        return (host, method) == (self.host.lower(), self.method) and fnmatchcase(request.path, self.path)

    def answer(self) -> Answer:
        """The answer; without a JSON value an empty one."""
        return Answer(self.status) if self.json is None else Answer.json(self.json, self.status)


# FROM plugin/pytest_auth_provider/network/contact.py: A host that a client tried to reach, other than the provider.


@dataclass(frozen=True)
class Contact:
    """One attempt to reach `host`. `how` is what the proxy was asked, or the system call that went past it."""

    host: str
    port: int
    how: str

    @property
    def address(self) -> str:
        """Host and port, as in `auth.example.com:443`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def leaves(self) -> bool:
        """Does it lead away from this machine?"""
        return not is_loopback(self.host)

    def is_one_of(self, patterns: Iterable[str]) -> bool:
        """Is the host one of these, where `*` stands for any characters?"""
        return any(fnmatch(self.host.lower(), pattern.lower()) for pattern in patterns)


def is_loopback(host: str) -> bool:
    """Is `host` this machine?"""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def split_address(authority: str, default_port: int) -> tuple[str, int]:
    """Host and port of `host:port`, `[::1]:443` or a bare host."""
    host, colon, port = authority.rpartition(":")
    if not colon or not port.isdecimal():
        host, port = authority, str(default_port)
    return host.strip("[]").lower(), int(port)


_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_BODY_BYTES = 64 * 1024 * 1024  # a client that uploads something elsewhere is told so, and not that it is too large


class Gateway:
    """A proxy for one sandbox, in front of one provider. `contacts` are the hosts it refused, in order.

    `hosts` maps each impersonated host to what it stands for, `stubs` are answers that go first. Needs an `authority`
    where there is a host to impersonate.
    """

    def __init__(
        self,
        provider: Provider,
        hosts: Mapping[str, str] | None = None,
        stubs: Collection[Stub] = (),
        authority: Authority | None = None,
    ) -> None:
        self.contacts: list[Contact] = []
        self._provider = provider
        self._hosts = dict.fromkeys((stub.host for stub in stubs), "stubs") | _lowered(hosts or {})
        self._stubs = tuple(stubs)
        self._authority = authority
        self._limits = Limits(body_bytes=_BODY_BYTES)
        self._server = Server(self._answer, limits=self._limits, on_error=provider.crashes.append, on_noise=self._noise)
        self._server.start()

    @property
    def hosts(self) -> Mapping[str, str]:
        """Every impersonated host, with what it stands for."""
        return self._hosts

    @property
    def address(self) -> str:
        """The URL of the proxy, for `HTTPS_PROXY` and its like."""
        return f"http://{self._server.host}:{self._server.port}"

    def close(self) -> None:
        """Refuse connections from now on."""
        self._server.stop()

    # -- what arrives -------------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Answer:
        target = str(request.environ["RAW_URI"])
        if request.method == "CONNECT":
            host, port = split_address(target, 443)
            return self._refusal(host, port, "CONNECT") or Answer(deliver=partial(self._tunnel, host, port))
        parts = urlsplit(target)
        if not parts.hostname:
            return _plain(400, f"this is a proxy; expected CONNECT or a whole URL, got {request.method} {target}")
        host, port = split_address(parts.netloc.rpartition("@")[2], 443 if parts.scheme == "https" else 80)
        line = f"{request.method} {parts.scheme}://{parts.netloc}{parts.path}"
        return self._refusal(host, port, line) or self._serve(host, port, request)

    def _refusal(self, host: str, port: int, line: str) -> Answer | None:
        """Why this is not answered here; None where it is."""
        target = self._target(host, port)
        if not target:
            contact = Contact(host, port, line)
            self.contacts.append(contact)
            return _plain(403, f"{contact.address} is not the provider, and pytest-auth-provider lets nothing else out")
        if not self._is_up(target):
            return _plain(502, f"{host}:{port} refused the connection")
        return None

    def _tunnel(self, host: str, port: int, connection: Connection, answer: Answer) -> None:
        """Be `host`: from here on this connection is one to the provider."""
        del answer
        secured = host in self._hosts and port != 80
        context = self._authority.context(host) if secured and self._authority else self._provider_context(host, port)
        handle = partial(self._serve, host, port)
        if connection.write(_ESTABLISHED):
            noise = partial(self._noise_of, host)
            service = Service(handle, self._limits, context, on_error=self._provider.crashes.append, on_noise=noise)
            ConnectionHandler(connection, service).run()

    # -- what answers it ----------------------------------------------------------------------------------------

    def _serve(self, host: str, port: int, request: Request) -> Answer:
        """The answer of a stub, the provider or its API."""
        stub = next((stub for stub in self._stubs if stub.fits(host, request)), None)
        if stub is not None:
            return stub.answer()
        target = self._target(host, port)
        if target == "stubs":
            where = f'host = "{host}", method = "{request.method}", path = "{request.path}"'
            return Answer.json({"error": "not_found", "error_description": f"no [[stubs]] entry with {where}"}, 404)
        if not self._is_up(target):
            return Answer(deliver=lambda connection, _answer: connection.reset())
        return self._provider.answer(request, of_api=target == "api")

    def _target(self, host: str, port: int) -> str:
        """What a host stands for; empty for one that is to be refused."""
        target = self._hosts.get(host)
        if target is not None:
            # An API with an origin of its own is at another port of the same host.
            return "api" if target == "provider" and port not in (80, 443) else target
        return "provider" if self._is_provider(host, port) else ""

    def _is_provider(self, host: str, port: int) -> bool:
        own_host, own_port = self._provider.address
        return port == own_port and host in (own_host, "localhost")

    def _is_up(self, target: str) -> bool:
        """Does the provider accept connections? The socket is asked, so that a fault can count the refusal."""
        if target != "provider":
            return True
        with contextlib.suppress(OSError), socket.create_connection(self._provider.address):
            return True
        return False

    def _provider_context(self, host: str, port: int) -> ssl.SSLContext | None:
        """What the provider itself speaks at its own address."""
        certificates = self._provider.certificates
        return certificates.context if certificates and self._is_provider(host, port) else None

    def _noise(self, data: bytes, what: str) -> None:
        self._noise_of("the proxy", data, what)

    def _noise_of(self, host: str, data: bytes, what: str) -> None:
        self._provider.journal.noise.append(Noise(f"{host}: {what}", data))


def _lowered(hosts: Mapping[str, str]) -> dict[str, str]:
    return {host.lower(): target for host, target in hosts.items()}


def _plain(status: int, text: str) -> Answer:
    return Answer(status, [("Content-Type", "text/plain; charset=utf-8")], f"{text}\n".encode())

"""The HTTP proxy of a sandbox, which lets nothing out.

an impersonated host            -> answered here, under a certificate of ours: by the provider, its API, or a stub
the provider through the proxy  -> answered by it (some programs ignore NO_PROXY)
anything else                   -> refused with 403, and recorded
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch, fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from fakeprovider.journal import Noise
from fakeprovider.protocol.uris import is_loopback
from fakeprovider.server import Connection, Limits, PortInUse, Request, Server
from fakeprovider.server.answer import Answer
from fakeprovider.server.handler import ConnectionHandler
from fakeprovider.server.service import Service

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.network.certificates import CertificateAuthority


@dataclass(frozen=True)
class Contact:
    """One attempt to reach `host`. `how` is the request line sent to the proxy, or the system call that bypassed it."""

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
        """Whether the host is another machine."""
        return not is_this_machine(self.host)

    def is_one_of(self, patterns: Iterable[str]) -> bool:
        """Return whether the host matches one of the patterns, in which `*` stands for any characters."""
        return any(fnmatch(self.host.lower(), pattern.lower()) for pattern in patterns)


def is_this_machine(host: str) -> bool:
    """Return whether a host name or IP address is this machine's loopback, whatever resolver is asked.

    A name below `localhost` does not count: it should be the loopback (RFC 6761 6.3), but some resolvers ask elsewhere.
    """
    name = host.lower().rstrip(".")
    return is_loopback(name) and not name.endswith(".localhost")


def split_address(address: str, default_port: int) -> tuple[str, int]:
    """Split `host:port`, `[::1]:443` or a bare host into the host in lower case and the port."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal():
        host, port = address, str(default_port)
    return host.strip("[]").lower(), int(port)


@dataclass(frozen=True)
class Stub:
    """A canned answer, from the adapter's `[[stubs]]`, for a host that is not the provider.

    It answers `method` requests (HEAD like GET) for `path`, in which `*` stands for any characters, at `host`: with
    `status` and `json`, or an empty body where `json` is None.
    """

    host: str
    path: str
    method: str = "GET"
    status: int = 200
    json: object = None

    def matches(self, host: str, request: Request) -> bool:
        """Return whether this stub answers a request sent to `host`."""
        method = "GET" if request.method == "HEAD" else request.method
        return (host, method) == (self.host.lower(), self.method) and fnmatchcase(request.path, self.path)

    def answer(self) -> Answer:
        """Return the response to send."""
        return Answer(self.status) if self.json is None else Answer.json(self.json, self.status)


class Stubbed(NamedTuple):
    """A request that was sent to a host that stubs answer for, and the status of the answer."""

    method: str
    host: str
    path: str
    status: int

    def __str__(self) -> str:
        return f"{self.method} {self.host}{self.path} -> {self.status}"


_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_BODY_BYTES = 64 * 1024 * 1024  # generous, so that an upload elsewhere is refused for its host and not for its size


class EgressProxy:
    """A proxy for one sandbox, in front of one provider. `contacts` are the hosts it refused, in order.

    `stubbed` are the requests that no provider saw because stubs answered them, or did not, in order.

    `is_used` is true once a request came through it that was answered: the client heeds the proxy it is given.

    `hosts` maps each impersonated host to its role: `provider`, `api` or `stubs`. `stubs` go before what the host
    stands for. An `authority` is needed where a host is impersonated over https. It listens on `port`, or on a free one
    where that is 0 or taken.
    """

    def __init__(
        self,
        provider: Provider,
        hosts: Mapping[str, str] | None = None,
        stubs: Collection[Stub] = (),
        authority: CertificateAuthority | None = None,
        port: int = 0,
    ) -> None:
        self.contacts: list[Contact] = []
        self.stubbed: list[Stubbed] = []
        self.is_used = False
        self._provider = provider
        self._hosts = dict.fromkeys((stub.host for stub in stubs), "stubs") | _lowered(hosts or {})
        self._stubs = tuple(stubs)
        self._authority = authority
        self._limits = Limits(body_bytes=_BODY_BYTES)
        self._server = self._listening(port)

    @property
    def hosts(self) -> Mapping[str, str]:
        """Every impersonated host, in lower case, and its role: `provider`, `api` or `stubs`."""
        return self._hosts

    @property
    def address(self) -> str:
        """The URL of the proxy, for `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY`."""
        return f"http://{self._server.host}:{self._server.port}"

    @property
    def ports(self) -> tuple[int, ...]:
        """The port it listens on."""
        return (self._server.port,)

    def due_in(self) -> float:
        """Return in how many seconds an answer that is held back is due, 0.0 while anything is under way (`Server`)."""
        return self._server.due_in()

    def skip(self, seconds: float) -> None:
        """Let every answer that is held back come `seconds` earlier."""
        self._server.skip(seconds)

    def _listening(self, port: int) -> Server:
        report = self._provider.crashes.append
        server = Server(self._answer, port=port, limits=self._limits, on_error=report, on_noise=self._noise)
        try:
            server.start()
        except PortInUse:
            return self._listening(0)
        return server

    def close(self) -> None:
        """Stop listening."""
        self._server.stop()

    # -- requests to the proxy ------------------------------------------------------------------------------------

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
        """Return the response that refuses a target, and record the contact; None where it is answered here."""
        role = self._role(host, port)
        if not role:
            contact = Contact(host, port, line)
            self.contacts.append(contact)
            return _plain(403, f"{contact.address} is not the provider, and pytest-auth-provider lets nothing else out")
        if not self._is_up(role):
            return _plain(502, f"{host}:{port} refused the connection")
        return None

    def _tunnel(self, host: str, port: int, connection: Connection, answer: Answer) -> None:
        """Answer CONNECT, then serve the requests that follow on this connection as `host` would."""
        del answer
        secured = host in self._hosts and port != 80
        context = self._authority.context(host) if secured and self._authority else self._provider_context(host, port)
        handle = partial(self._serve, host, port)
        if connection.write(_ESTABLISHED):
            noise = partial(self._noise_of, host)
            service = Service(handle, self._limits, context, on_error=self._provider.crashes.append, on_noise=noise)
            ConnectionHandler(connection, service).run()

    # -- answers --------------------------------------------------------------------------------------------------

    def _serve(self, host: str, port: int, request: Request) -> Answer:
        """Return the response of a stub, the provider or its API."""
        self.is_used = True
        stub = next((stub for stub in self._stubs if stub.matches(host, request)), None)
        if stub is not None:
            return self._noted(host, request, stub.answer())
        role = self._role(host, port)
        if role == "stubs":
            where = f'host = "{host}", method = "{request.method}", path = "{request.path}"'
            missing = {"error": "not_found", "error_description": f"no [[stubs]] entry with {where}"}
            return self._noted(host, request, Answer.json(missing, 404))
        if not self._is_up(role):
            return Answer(deliver=lambda connection, _answer: connection.reset())
        return self._provider.answer(request, of_api=role == "api")

    def _noted(self, host: str, request: Request, answer: Answer) -> Answer:
        """Keep that a stub was asked, and return what it answers."""
        self.stubbed.append(Stubbed(request.method, host, request.path, answer.status))
        return answer

    def _role(self, host: str, port: int) -> str:
        """Return what a host stands for (`provider`, `api`, `stubs`); an empty string for one that is refused."""
        role = self._hosts.get(host)
        if role is not None:
            # An API with an origin of its own is at another port of the same host.
            return "api" if role == "provider" and port not in (80, 443) else role
        return "provider" if self._is_provider(host, port) else ""

    def _is_provider(self, host: str, port: int) -> bool:
        own_host, own_port = self._provider.address
        return port == own_port and host in (own_host, "localhost")

    def _is_up(self, role: str) -> bool:
        """Return whether the provider accepts connections, for the role `provider`; true for any other.

        The socket is asked, so that a fault can count the refusal.
        """
        if role != "provider":
            return True
        with contextlib.suppress(OSError), socket.create_connection(self._provider.address):
            return True
        return False

    def _provider_context(self, host: str, port: int) -> ssl.SSLContext | None:
        """Return the TLS context of the provider at its own address; None elsewhere, and where it speaks plain http."""
        certificates = self._provider.certificates
        return certificates.context if certificates and self._is_provider(host, port) else None

    def _noise(self, data: bytes, what: str) -> None:
        self._noise_of("the proxy", data, what)

    def _noise_of(self, host: str, data: bytes, what: str) -> None:
        self._provider.journal.noise.append(Noise(f"{host}: {what}", data))


def _lowered(hosts: Mapping[str, str]) -> dict[str, str]:
    return {host.lower(): role for host, role in hosts.items()}


def _plain(status: int, text: str) -> Answer:
    """Return an answer that nobody asks for more behind: the connection ends with it.

    A refused tunnel is of no use, and some clients (Node 24, undici) do not exit while they hold its connection.
    """
    body = f"{text}\n".encode()
    return Answer(status, [("Content-Type", "text/plain; charset=utf-8")], body, deliver=_send_and_close)


def _send_and_close(connection: Connection, answer: Answer) -> None:
    connection.close_after_answer()
    connection.send(answer)

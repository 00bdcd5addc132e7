"""One connection for one request: TCP, the proxy that the environment names, TLS, and HTTP/1.1 as h11 reads it.

An HTTP library would do, but importing one takes longer than everything else a command does.
"""

import base64
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

import h11

from reference_client import settings

LARGEST_HEAD = 100 * 1024
"""Bytes of a status line and the headers below it."""
_CHUNK = 65536
_UNQUOTED = "/%:@!$&'()*+,;=~?-._[]"
_PORTS = {"http": 80, "https": 443}


class UnusableURLError(Exception):
    """There is no asking at this URL."""


class HungUpError(Exception):
    """The connection was closed before there was an answer."""


class ProxyRefusedError(Exception):
    """The proxy does not connect, or is of a kind that we do not know."""


@dataclass(frozen=True)
class Target:
    """Where a request goes. `path` begins with a slash and has the query; `user` is `name:password` of a proxy."""

    scheme: str
    host: str
    port: int
    path: str
    user: str = ""

    @property
    def authority(self) -> str:
        """Host and port, as in a request (RFC 9110 7.2): the port where it is not the usual one."""
        return self._host if self.port == _PORTS[self.scheme] else self.address

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self._host}:{self.port}"

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def target(url: str) -> Target:
    """Take a URL apart. Raises `UnusableURLError` where it is none, or not of http."""
    try:
        if not url.isprintable():
            raise UnusableURLError
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise UnusableURLError from None
    if not host or parts.scheme not in _PORTS:
        raise UnusableURLError
    query = f"?{parts.query}" if parts.query else ""
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    return Target(parts.scheme, host, port, quote((parts.path or "/") + query, safe=_UNQUOTED), user)


def proxy_for(asked: Target) -> Target | None:
    """Return the proxy that the environment names for a target; none for this machine, whatever NO_PROXY says."""
    if settings.is_loopback(asked.host):
        return None
    from urllib.request import getproxies, proxy_bypass  # rarely needed, and slow to import

    proxies = getproxies()
    named = proxies.get(asked.scheme) or proxies.get("all")
    if not named or proxy_bypass(asked.host):
        return None
    try:
        return target(named if "://" in named else f"http://{named}")
    except UnusableURLError:
        raise ProxyRefusedError from None


class Connection:
    """A connection for one request to `asked`. Close it.

    `on_socket` is called with each socket as soon as it is connected, before anything is sent or waited for. `timeout`
    is in seconds, for each time that something is waited for. Raises `OSError`, or `ProxyRefusedError`.
    """

    def __init__(
        self,
        asked: Target,
        timeout: float,
        tls: Callable[[], ssl.SSLContext],
        on_socket: Callable[[socket.socket], None],
    ) -> None:
        self._asked = asked
        self._tls = tls
        self._on_socket = on_socket
        self._proxy = proxy_for(asked)
        nearest = self._proxy or asked
        self._socket = socket.create_connection((nearest.host, nearest.port), timeout)
        try:
            on_socket(self._socket)
            if nearest.scheme == "https":
                self._encrypt(nearest.host)
            if self._proxy is not None and asked.scheme == "https":
                self._tunnel(self._proxy)
                self._encrypt(asked.host)
        except BaseException:
            self.close()
            raise
        self._http = _new_http()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def send(self, method: str, headers: Mapping[str, str], body: bytes) -> None:
        """Send a request. Raises `TimeoutError`, and `h11.LocalProtocolError` for headers that nobody can send."""
        through_proxy = self._proxy is not None and self._asked.scheme == "http"
        if self._proxy is not None and through_proxy:
            headers = {**headers, **_proxy_headers(self._proxy)}
        path = f"http://{self._asked.authority}{self._asked.path}" if through_proxy else self._asked.path
        sent = {"Host": self._asked.authority, **headers, "Connection": "close"}
        request = h11.Request(
            method=method, target=path, headers=[(name.encode(), value.encode()) for name, value in sent.items()]
        )
        data = [self._http.send(part) or b"" for part in (request, h11.Data(data=body), h11.EndOfMessage())]
        self._write(b"".join(data))

    def head(self) -> h11.Response:
        """Return status and headers. Raises `OSError`, `HungUpError`, or `h11.RemoteProtocolError` for no HTTP."""
        while True:
            event = self._next()
            if isinstance(event, h11.Response):
                return event

    def body(self) -> Iterator[bytes]:
        """Yield what is in the body, as it was sent. Raises as `head`, also where the body is cut short."""
        while isinstance(event := self._next(), h11.Data):
            yield bytes(event.data)

    def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = self._socket.recv(_CHUNK)
            if not data and self._http.their_state is h11.SEND_RESPONSE:
                raise HungUpError
            self._http.receive_data(data)
        return event

    def _write(self, data: bytes) -> None:
        """Write what can be written. A connection that was closed meanwhile may still hold an answer."""
        with suppress(ConnectionError):
            self._socket.sendall(data)

    def _encrypt(self, host: str) -> None:
        self._socket = self._tls().wrap_socket(self._socket, server_hostname=host, do_handshake_on_connect=False)
        self._on_socket(self._socket)
        self._socket.do_handshake()

    def _tunnel(self, proxy: Target) -> None:
        """Have the proxy connect to the host (RFC 9110 9.3.6)."""
        self._http = _new_http()
        headers = [("Host", self._asked.address), *_proxy_headers(proxy).items()]
        connect = h11.Request(method="CONNECT", target=self._asked.address, headers=headers)
        self._write((self._http.send(connect) or b"") + (self._http.send(h11.EndOfMessage()) or b""))
        if not 200 <= self.head().status_code < 300:
            raise ProxyRefusedError


def _new_http() -> h11.Connection:
    return h11.Connection(h11.CLIENT, max_incomplete_event_size=LARGEST_HEAD)


def _proxy_headers(proxy: Target) -> dict[str, str]:
    if not proxy.user:
        return {}
    return {"Proxy-Authorization": f"Basic {base64.b64encode(proxy.user.encode()).decode()}"}

"""One bound port: accepting connections on it, refusing them, and keeping it in between."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
from typing import Any, Protocol

from fakeprovider.server.poller import Poller


class Reception(Protocol):
    """Who takes in what a listener accepts, on the poller's thread."""

    @property
    def has_room(self) -> bool:
        """Whether another connection can be accepted."""

    def accept(self, raw: socket.socket) -> None:
        """Take in a new connection."""


SocketAddress = tuple[Any, ...]  # (host, port) or, for IPv6, (host, port, flow, scope)

_BACKLOG = 1024
_PAUSE = 0.02  # seconds; without room for another connection the port stays readable, so the poller would spin


class PortInUse(OSError):  # noqa: N818  says what happened, as FileExistsError's kin do
    """Another process listens on the port that was asked for."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            errno.EADDRINUSE,
            f"port {port} on {host} is in use by another process; stop that one, ask for another port, "
            "or for port 0 to be given a free one",
        )
        self.host = host
        self.port = port


class Listener:
    """One bound port, on which a poller accepts.

    Binds at once: raises `PortInUse` when the port is taken, ValueError when `host` does not resolve, else OSError.
    While `reception` has no room for another connection, or no descriptor is left, clients wait in the backlog of the
    system.
    """

    def __init__(self, host: str, port: int, poller: Poller, reception: Reception) -> None:
        self._poller = poller
        self._reception = reception
        self._family, self._address = resolved(host, port)
        self._socket = self._bound()
        self._address = self._socket.getsockname()
        self._listening = self._paused = False

    @property
    def port(self) -> int:
        """The port that is bound, also while connections are refused."""
        return int(self._address[1])

    def listen(self) -> None:
        """Accept connections from now on."""
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # over connections in TIME_WAIT
            self._socket.listen(_BACKLOG)
        except OSError as error:
            raise _explained(error, self._address) from None
        self._socket.setblocking(False)
        self._paused = False
        self._listening = True
        self._poller.watch(self, always=True)

    def fileno(self) -> int:
        """Return the descriptor of the port."""
        return self._socket.fileno()

    @property
    def pressed(self) -> bool:
        """Whether a connection waits to be accepted."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return self._listening and bool(poll.poll(0))

    def ready(self) -> None:
        """Accept one connection; the poller calls this again while there are more."""
        try:
            accepted, _ = self._socket.accept()
        except (BlockingIOError, ConnectionError):  # the client thought better of it
            return
        except OSError:  # no descriptor is left
            self._pause()
            return
        self._reception.accept(accepted)
        if not self._reception.has_room:
            self._pause()

    def expired(self) -> None:
        """Do nothing: a port is watched always."""

    def _pause(self) -> None:
        self._poller.unwatch(self)
        self._paused = True
        self._poller.later(_PAUSE, self._go_on)

    def _go_on(self) -> None:
        if not self._listening or not self._paused:  # it refuses connections by now, or has begun to listen anew
            return
        if self._reception.has_room:
            self._paused = False
            self._poller.watch(self, always=True)
        else:
            self._poller.later(_PAUSE, self._go_on)

    def refuse(self) -> None:
        """Refuse connections from now on (ECONNREFUSED), and keep the port.

        A second socket is bound to the port before the first one is closed, so nobody can take it in between.
        Linux lets only sockets of the same user that ask for SO_REUSEPORT in as well.
        """
        self._stop_accepting()
        with contextlib.suppress(AttributeError):  # a platform without SO_REUSEPORT
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            successor = self._bound(shared=True)
            self._socket.close()
        except OSError:
            self._socket.close()
            successor = self._bound()
        self._socket = successor

    def close(self) -> None:
        """Release the port."""
        self._stop_accepting()
        self._socket.close()

    def _bound(self, *, shared: bool = False) -> socket.socket:
        bound = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            bound.bind(self._address)
            if shared:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        except (OSError, AttributeError) as error:
            bound.close()
            raise _explained(error, self._address) from None
        return bound

    def _stop_accepting(self) -> None:
        self._listening = False
        self._poller.unwatch(self)


def resolved(host: str, port: int) -> tuple[socket.AddressFamily, SocketAddress]:
    """Return address family and socket address of `host`, an IP address or a name; ValueError when it is neither."""
    with contextlib.suppress(OSError):  # the usual case, for which getaddrinfo takes ten times as long
        socket.inet_pton(socket.AF_INET, host)
        return socket.AF_INET, (host, port)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ValueError(
            f"host {host!r} is neither an IP address nor a name that resolves ({error}); use '127.0.0.1' or '::1'"
        ) from None
    family, _, _, _, address = found[0]
    return family, address


def _explained(error: Exception, address: SocketAddress) -> OSError:
    host, port = str(address[0]), int(address[1])
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return PortInUse(host, port)
    hints = {
        errno.EACCES: "ports below 1024 belong to the administrator; ask for a higher one, or for port 0",
        errno.EADDRNOTAVAIL: "it is no address of this machine; use '127.0.0.1' or '::1'",
    }
    hint = hints.get(number or 0, str(error))
    return OSError(number or errno.EINVAL, f"cannot listen on {host} port {port}: {hint}")

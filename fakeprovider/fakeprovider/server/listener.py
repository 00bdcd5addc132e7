"""One bound port: accepting connections on it, refusing them, and keeping it in between."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any


class Waker:
    """A socket pair that ends a `select` or `poll` from any thread: wait for it too, and call `wake`."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        # Nobody may ever wait for room in the pair: whoever wakes often (an event stream) would block for good.
        self._theirs.setblocking(False)

    def fileno(self) -> int:
        """Return what to wait for: readable once woken."""
        return self._ours.fileno()

    def wake(self) -> None:
        """End the wait, now and for ever."""
        with contextlib.suppress(BlockingIOError):  # full, so it is readable already
            self._theirs.send(b"!")

    def close(self) -> None:
        """Close both sockets."""
        self._ours.close()
        self._theirs.close()

    def __enter__(self) -> Waker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


Accepted = Callable[[socket.socket], None]
SocketAddress = tuple[Any, ...]  # (host, port) or, for IPv6, (host, port, flow, scope)

_BACKLOG = 1024
_OUT_OF_SOCKETS_PAUSE = 0.05  # seconds; EMFILE leaves the listener readable, so the loop would spin


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
    """One bound port with a thread that accepts on it.

    Binds at once: raises `PortInUse` when the port is taken, ValueError when `host` does not resolve, else OSError.
    `accepted` is called on the accepting thread with every new socket.
    """

    def __init__(self, host: str, port: int, accepted: Accepted) -> None:
        self._accepted = accepted
        self._family, self._address = resolved(host, port)
        self._socket = self._bound()
        self._address = self._socket.getsockname()
        self._waker: Waker | None = None
        self._thread: threading.Thread | None = None

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
        self._waker = Waker()
        self._thread = threading.Thread(
            target=self._accept_all, args=(self._socket, self._waker), name=f"accept:{self.port}", daemon=True
        )
        self._thread.start()

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
        if self._thread is None or self._waker is None:
            return
        self._waker.wake()
        if self._thread is not threading.current_thread():
            self._thread.join()
        self._waker.close()
        self._thread = self._waker = None

    def _accept_all(self, listening: socket.socket, waker: Waker) -> None:
        poll = select.poll()
        poll.register(listening, select.POLLIN)
        poll.register(waker, select.POLLIN)
        woken = waker.fileno()
        while all(descriptor != woken for descriptor, _ in poll.poll()):
            try:
                accepted, _ = listening.accept()
            except (BlockingIOError, ConnectionError):  # the client thought better of it
                continue
            except OSError:
                select.select([waker], [], [], _OUT_OF_SOCKETS_PAUSE)
                continue
            self._accepted(accepted)


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

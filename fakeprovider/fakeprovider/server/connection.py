"""One open connection as a handler and a wire fault see it."""

from __future__ import annotations

import contextlib
import math
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from fakeprovider.server.answer import Answer
from fakeprovider.server.poller import Waker

Greet = Callable[[socket.socket], bool]
"""Sees every accepted socket before TLS and before a byte is read. False: it dealt with the socket, which is closed."""

_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}


def has_body(status: int) -> bool:
    """Return whether an answer of this status may carry a body at all (RFC 9110 6.4.1)."""
    return status >= 200 and status not in (204, 304)


def head_of(answer: Answer, framing: str) -> bytes:
    """Return the head of `answer`; the header lines `framing` (length, fate of the connection) come last.

    Raises ValueError for a header that would break out of its line, as an unescaped redirect target can.
    """
    status_line = _STATUS_LINES.get(answer.status) or f"HTTP/1.1 {answer.status} \r\n"
    fields = "".join([f"{name}: {value}\r\n" for name, value in answer.headers])
    if fields.count("\n") != len(answer.headers) or fields.count("\r") != len(answer.headers):
        broken = [header for header in answer.headers if set("\r\n").intersection(header[0] + header[1])]
        raise ValueError(f"header with a line break in it: {broken!r}; percent-encode the value")
    return f"{status_line}{fields}{framing}\r\n".encode("latin-1")


_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close() sends RST instead of FIN
_HUNG_UP = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)  # Linux tells a FIN from unread data

_CHUNK = 65536  # bytes read at once
_DRAIN = 0.1  # seconds after which a client that never stops sending is closed on all the same
_LONGEST_POLL = 86400.0  # seconds; poll() overflows beyond 24 days


class Connection:
    """One open connection: sends answers, whole or broken, and notices when the client is gone.

    Belongs to the thread that handles its request: only `wake` may be called from another one. No method raises
    because the client has gone; `closed` and the returned values tell.
    """

    def __init__(self, raw: socket.socket) -> None:
        self.peer: tuple[str, int] = _host_and_port(raw.getpeername())
        """Address and port of the client."""
        self.local: tuple[str, int] = _host_and_port(raw.getsockname())
        """Address and port the client connected to."""
        self.written = False
        """Whether any byte has been sent in answer to the current request."""
        self.interrupted = False
        """Whether the server has hung up: it stops or is down."""
        raw.setblocking(True)  # whatever `socket.setdefaulttimeout` says
        self._socket = raw
        self._poll = select.poll()
        self._poll.register(raw, select.POLLIN)
        self._ready = False
        self._patience = math.inf
        self._method = "GET"
        self._keeps_alive = False
        self._says_keep_alive = False
        self._answered = False
        self._woken = threading.Event()
        self._waker: Waker | None = None
        self._until = math.inf  # when the current `wait` ends, by the monotonic clock
        self._lock = threading.Lock()  # a socket must not be closed while another thread interrupts or wakes it

    @property
    def closed(self) -> bool:
        """Whether our side is closed; a client that hung up is noticed by `write` and `wait`."""
        return self._socket.fileno() < 0

    @property
    def encrypted(self) -> bool:
        """Whether the client speaks TLS to us."""
        return isinstance(self._socket, ssl.SSLSocket)

    def send(self, answer: Answer) -> bool:
        """Send the whole answer with its Content-Length; afterwards the connection can take the next request.

        True when the kernel took it all. Raises ValueError for a header with a line break in it.
        """
        head = self._framed(answer, len(answer.body), chunked=False, close=not self._keeps_alive)
        self._answered = True
        return self.write(head if self._method == "HEAD" or not has_body(answer.status) else head + answer.body)

    def head(self, answer: Answer, *, length: int | None = None, chunked: bool = False) -> bytes:
        """Return the encoded status line and header fields of `answer`, for a fault that writes the body its own way.

        `length` is the Content-Length to claim, the true one when None; `chunked` announces chunks instead. It says
        `Connection: close`, because a connection that was written to by hand is closed after its request.
        """
        return self._framed(answer, len(answer.body) if length is None else length, chunked=chunked, close=True)

    def write(self, data: bytes) -> bool:
        """Send these bytes as they are. True when the kernel took them all, False when the client is gone."""
        self.written = True
        try:
            self._socket.sendall(data)
        except OSError:
            self.close()
            return False
        return True

    def reset(self) -> None:
        """Break the connection with a TCP RST: no FIN, under TLS no close_notify."""
        with self._lock, contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._socket.close()

    def close(self, linger: float = 0.0) -> None:
        """End the connection in an orderly way (FIN, under TLS close_notify first), answered or not.

        Unread bytes would turn the FIN into an RST that can destroy an answer on its way (RFC 9112 9.6): those that
        arrived are read first, and for `linger` seconds those still coming.
        """
        if self.closed:
            return
        if not self.interrupted:
            self._say_goodbye(linger)
        with self._lock:
            self._socket.close()

    def wait(self, seconds: float | None) -> bool:
        """Sleep for `seconds`, or for ever where None; return whether nothing cut the sleep short.

        True when the time really passed or `wake` ended it, False as soon as the client hung up (closing its sending
        side counts) or the server stopped or went down.
        """
        if self.closed:
            return False
        with Waker() as waker:
            with self._lock:
                self._until = math.inf if seconds is None else time.monotonic() + seconds
                self._waker = waker
            try:
                return self._woken.is_set() or self._slept(waker)
            finally:
                with self._lock:
                    self._waker = None
                self._woken.clear()

    def wake(self) -> None:
        """End the current `wait`, or else the next one, as if its time had passed. Safe from any thread."""
        with self._lock:
            self._woken.set()
            if self._waker is not None:
                self._waker.wake()

    def due_in(self) -> float:
        """Return in how many seconds the current `wait` ends by itself: infinite for ever, 0.0 where there is none."""
        with self._lock:
            waits = self._waker is not None and not self._woken.is_set()
            return max(0.0, self._until - time.monotonic()) if waits else 0.0

    def skip(self, seconds: float) -> None:
        """Let the current `wait`, if there is one, end `seconds` earlier. Safe from any thread."""
        with self._lock:
            if self._waker is not None:
                self._until -= seconds
                self._waker.wake()

    # What the server does with it:

    def fileno(self) -> int:
        """Return the descriptor of the socket, -1 once it is closed."""
        return self._socket.fileno()

    def speaks_within(self, seconds: float) -> bool:
        """Wait for at most `seconds` for something to read, or for the client to hang up; return whether it came."""
        if not self._ready:
            pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
            self._ready = pending or bool(self._poll.poll(min(seconds, _LONGEST_POLL) * 1000))
        return self._ready

    def allow(self, seconds: float) -> None:
        """Set how long reading may take from now on, in seconds, before it raises TimeoutError."""
        self._patience = seconds
        if self.encrypted:
            self._socket.settimeout(seconds)

    def allow_to_write(self, seconds: float) -> None:
        """Set for how long the client may take nothing of what is written before it is given up."""
        # By the system: a timeout of Python's costs a poll(2) before each answer. TLS has such a one all the same.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", *_seconds_and_micros(seconds)))

    def receive(self) -> bytes:
        """Return the next bytes, empty when the client hung up. Raises OSError."""
        if not self.encrypted and not self.speaks_within(self._patience):
            raise TimeoutError(f"nothing came for {self._patience:g} s")
        self._ready = False
        return self._socket.recv(_CHUNK)

    def peek(self) -> bytes:
        """Return what has arrived before TLS began, without taking it; waits for the first byte. Raises OSError."""
        if not self.speaks_within(self._patience):
            raise TimeoutError(f"nothing came for {self._patience:g} s")
        return self._socket.recv(_CHUNK, socket.MSG_PEEK)

    def shown_to(self, greet: Greet) -> bool:
        """Return what `greet` decides about the bare socket."""
        return greet(self._socket)

    def secure(self, context: ssl.SSLContext, seconds: float) -> None:
        """Do the TLS handshake within `seconds`; raises OSError when it fails."""
        raw = self._socket
        raw.settimeout(seconds)
        secured = context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._socket = secured
        self._ready = False
        if self.interrupted:  # while the socket changed hands, so that hanging up on it had no effect
            raise ConnectionAbortedError("the server stopped before the handshake")
        secured.do_handshake()

    def begin(self, method: str, version: str, keep_alive: bool) -> None:
        """Begin the answer to a request that has arrived."""
        self.written = self._answered = False
        self._method = method
        self._keeps_alive = keep_alive
        self._says_keep_alive = keep_alive and version == "1.0"

    @property
    def stays_open(self) -> bool:
        """Whether another request may follow: the last one was answered by `send`, and both sides keep alive."""
        return self._answered and self._keeps_alive and not self.interrupted and not self.closed

    def close_after_answer(self) -> None:
        """Close the connection after the answer in preparation."""
        self._keeps_alive = False

    def interrupt(self) -> None:
        """Shut the connection down from another thread: its own thread wakes from whatever it waits for."""
        with self._lock, contextlib.suppress(OSError):
            self.interrupted = True
            # Not SSLSocket.shutdown: it would take the TLS state away from the thread that uses it.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _framed(self, answer: Answer, length: int, *, chunked: bool, close: bool) -> bytes:
        framing = ""
        if chunked:
            framing = "Transfer-Encoding: chunked\r\n"
        elif has_body(answer.status):
            framing = f"Content-Length: {length}\r\n"
        if close:
            framing += "Connection: close\r\n"
        elif self._says_keep_alive:
            framing += "Connection: keep-alive\r\n"
        return head_of(answer, framing)

    def _slept(self, waker: Waker) -> bool:
        poll = select.poll()
        poll.register(self._socket, _HUNG_UP)
        poll.register(waker, select.POLLIN)
        while (left := self._until - time.monotonic()) > 0:
            ready = poll.poll(min(left, _LONGEST_POLL) * 1000)
            if any(descriptor == self._socket.fileno() for descriptor, _ in ready):
                return False
            waker.drain()
            if self._woken.is_set():
                break  # otherwise the end of the wait was moved, if anything
        return True

    def _say_goodbye(self, linger: float) -> None:
        with contextlib.suppress(OSError):
            self._socket.settimeout(0)
            if isinstance(self._socket, ssl.SSLSocket):
                # Sends close_notify and does not wait for the client's; ValueError when TLS was never set up.
                with contextlib.suppress(OSError, ValueError):
                    self._socket.unwrap()
            socket.socket.shutdown(self._socket, socket.SHUT_WR)
            until = time.monotonic() + max(linger, _DRAIN)
            while socket.socket.recv(self._socket, _CHUNK) and (left := until - time.monotonic()) > 0:
                self._socket.settimeout(left if linger else 0)


def _seconds_and_micros(seconds: float) -> tuple[int, int]:
    """Return a struct timeval; one of zero would mean for ever."""
    micros = max(1, int(min(seconds, _LONGEST_POLL) * 1_000_000))
    return micros // 1_000_000, micros % 1_000_000


def _host_and_port(address: object) -> tuple[str, int]:
    if isinstance(address, tuple):
        return str(address[0]), int(address[1])
    return str(address), 0

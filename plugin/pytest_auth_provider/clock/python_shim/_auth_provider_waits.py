"""Tell pytest-auth-provider when one Python program waits, and end the wait as soon as it says that it is skipped.

A standalone module beside `sitecustomize`, for any Python 3. It takes the place of `time.sleep`, of the waits of
`threading` that have a timeout, of `select`, and of reading from sockets: whatever waits longer than a moment tells
how long it will, over a Unix socket. AUTH_PROVIDER_WAITS holds its name and the ports of this machine at which
pytest-auth-provider answers: a program that speaks to anybody else waits for real from then on. The wait goes on as it
would without that, and ends early where the answer is how many seconds of waits were skipped so far; the clocks of the
program go ahead by as many (`sitecustomize` reads `skipped`). What waits in another way waits for real, and keeps
everything from being skipped meanwhile: `pytest_auth_provider.clock.waits` decides.
"""

from __future__ import annotations

import _signal
import _socket
import _thread
import os
import select
import sys
import time

# It runs in other people's programs on any Python 3, before they have imported anything: no pathlib, no annotations.
# mypy: ignore-errors
# ruff: noqa: UP031, D, N

ADDRESS = "AUTH_PROVIDER_WAITS"
OFFSET = "AUTH_PROVIDER_TIME_OFFSET"
MOMENT = 0.02
"""Seconds that every wait is waited for real, and without a word: most are over by then."""
SLICE = 0.05
"""Seconds after which a wait for a lock looks whether it is skipped: nothing but the lock itself can wake it."""
PATIENCE = 1.0
"""Seconds within which pytest-auth-provider has to answer."""

_monotonic, _sleep, _poll, _select = time.monotonic, time.sleep, select.poll, select.select
_RealSocket = _socket.socket
_FOR_EVER = float("inf")

skipped = 0.0
"""How many seconds of waits were skipped so far."""
_whom = None
_ports = ()
_offset = 0.0


def begin():
    """Tell of waits from now on; return whether that is possible: not where others have imported what it changes."""
    renew()
    late = any(name in sys.modules for name in ("threading", "selectors", "socket", "signal"))
    if late or sys.platform != "linux" or not hasattr(_thread, "get_native_id"):
        return False
    _signal.alarm, _signal.setitimer = _for_real(_signal.alarm), _for_real(_signal.setitimer)
    _socket.socket = _socket.SocketType = Socket
    select.select, select.poll = wait_to_select, Poll
    if hasattr(select, "epoll"):
        select.epoll = Epoll
    return True


def renew():
    """Take whom to tell from the environment as it is now, as if nothing had been skipped yet."""
    global _whom, _ports, _offset, skipped
    name, *ports = os.environ[ADDRESS].split()
    _whom, _ports = b"\0" + name.encode("ascii"), frozenset(map(int, ports))
    _offset, skipped = float(os.environ.get(OFFSET, "0")), 0.0


def ahead():
    """Return how many seconds the time of day is ahead: by the offset this program began with, and what was skipped."""
    return _offset + skipped


def change_threading(threading):
    """Let the waits of `threading` that have a timeout be told of; they wait for locks made by this function."""
    threading._allocate_lock = Lock


def wait_for_real():
    """Tell nobody of waits, until `renew`."""
    global _whom
    _whom = None


def _for_real(set_timer):
    # Whoever is woken by a signal at a time of the kernel's has to wait for it: nobody can move that.
    def stand_in(*arguments):
        wait_for_real()
        return set_timer(*arguments)

    return stand_in


# -- what is told -----------------------------------------------------------------------------------------------------


def _now():
    return _monotonic() + skipped


def _learn(total):
    """Put the clocks ahead, also those of programs that are started from now on."""
    global skipped
    if total > skipped:
        skipped = total
        os.environ[OFFSET] = repr(_offset + skipped)


class _Told:
    """A wait that is told of, for the time of a block. `socket` is None where nobody listens."""

    def __init__(self, until):
        self.socket, self._whom = None, _whom  # another thread may say `wait_for_real` meanwhile
        if self._whom is None:
            return
        try:
            self.socket = _RealSocket(_socket.AF_UNIX, _socket.SOCK_DGRAM | _socket.SOCK_CLOEXEC)
            self.socket.bind(b"")  # to a name of its own, which no directory shows: unix(7), autobind
            self.socket.setblocking(False)
            self._name = self.socket.getsockname()[1:].decode("ascii")
            who = os.getpid(), _thread.get_native_id()
            self._tell("wait %s %d %d %r" % (self._name, *who, until - _now()))
        except OSError:
            self._give_up()

    def __enter__(self):
        return self

    def hear(self):
        """Learn what has been answered so far, if anything was."""
        while self.socket is not None:
            try:
                _learn(float(self.socket.recv(64)))
            except BlockingIOError:
                return
            except OSError:
                self._give_up()

    def __exit__(self, *error):
        """Say that the wait is over. Until that is confirmed, it may be skipped yet."""
        try:
            if self.socket is not None:
                self._tell("over " + self._name)
                self.socket.settimeout(PATIENCE)
                answer = self.socket.recv(64)
                while not answer.startswith(b"over"):
                    _learn(float(answer))
                    answer = self.socket.recv(64)
        except OSError:
            pass
        self._give_up()

    def _tell(self, message):
        self.socket.sendto(message.encode("ascii"), self._whom)

    def _give_up(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = None


# -- waits ------------------------------------------------------------------------------------------------------------


def wait(events, seconds):
    """Wait until one of the descriptors is ready, of which `events` says for what; return whether one is.

    After so many seconds nobody waits any more; None means for ever.
    """
    poll = _poll()
    for descriptor, event in events.items():
        poll.register(descriptor, event)
    seconds = _FOR_EVER if seconds is None else seconds
    until = _now() + seconds
    if poll.poll(min(seconds, MOMENT) * 1000):
        return True
    if seconds <= MOMENT:
        return False
    with _Told(until) as told:
        if told.socket is not None:
            poll.register(told.socket.fileno(), select.POLLIN)
        while _now() < until:
            ready = poll.poll(None if until == _FOR_EVER else min(max(0.0, until - _now()), 86400) * 1000)
            told.hear()
            if any(descriptor in events for descriptor, _event in ready):
                return True
    return False


def sleep(seconds):
    if MOMENT < seconds < _FOR_EVER:
        wait({}, seconds)
    else:
        _sleep(seconds)


class Lock:
    """A lock that tells of a wait with a timeout."""

    def __init__(self):
        self._lock = _thread.allocate_lock()
        self.release, self.locked = self._lock.release, self._lock.locked

    def __getattr__(self, name):
        return getattr(self._lock, name)

    def __enter__(self):
        return self._lock.__enter__()

    def __exit__(self, *error):
        self._lock.release()

    def acquire(self, blocking=True, timeout=-1):
        if not blocking or timeout <= MOMENT:
            return self._lock.acquire(blocking, timeout)
        until = _now() + timeout
        if self._lock.acquire(True, MOMENT):
            return True
        with _Told(until) as told:
            while _now() < until:
                left = max(0.0, until - _now())
                if self._lock.acquire(True, left if told.socket is None else min(left, SLICE)):
                    return True
                told.hear()
        return self._lock.acquire(False)


def wait_to_select(readers, writers, others, timeout=None):
    if timeout is not None and timeout <= MOMENT:
        return _select(readers, writers, others, timeout)
    readers, writers, others = list(readers), list(writers), list(others)
    events = {}
    for files, event in ((readers, select.POLLIN), (writers, select.POLLOUT), (others, select.POLLPRI)):
        for file in files:
            descriptor = file if isinstance(file, int) else file.fileno()
            if descriptor < 0:
                return _select(readers, writers, others, timeout)
            events[descriptor] = events.get(descriptor, 0) | event
    wait(events, timeout)
    return _select(readers, writers, others, 0)


class Poll:
    """What `select.poll()` returns."""

    def __init__(self):
        self._real = _poll()
        self._events = {}

    def register(self, file, events=select.POLLIN | select.POLLPRI | select.POLLOUT):
        self._real.register(file, events)
        self._events[file if isinstance(file, int) else file.fileno()] = events

    def modify(self, file, events):
        self._real.modify(file, events)
        self._events[file if isinstance(file, int) else file.fileno()] = events

    def unregister(self, file):
        self._real.unregister(file)
        del self._events[file if isinstance(file, int) else file.fileno()]

    def poll(self, timeout=None):
        if timeout is not None and 0 <= timeout <= MOMENT * 1000:
            return self._real.poll(timeout)
        wait(self._events, None if timeout is None or timeout < 0 else timeout / 1000)
        return self._real.poll(0)


if hasattr(select, "epoll"):
    _RealEpoll = select.epoll

    class Epoll:
        """What `select.epoll()` returns. An epoll is itself a descriptor that can be waited for."""

        def __init__(self, *arguments, **named):
            self._real = _RealEpoll(*arguments, **named)

        @classmethod
        def fromfd(cls, descriptor):
            epoll = cls.__new__(cls)
            epoll._real = _RealEpoll.fromfd(descriptor)
            return epoll

        def __getattr__(self, name):
            return getattr(self._real, name)

        def __enter__(self):
            self._real.__enter__()
            return self

        def __exit__(self, *error):
            return self._real.__exit__(*error)

        def poll(self, timeout=None, maxevents=-1):
            if self._real.closed or (timeout is not None and 0 <= timeout <= MOMENT):
                return self._real.poll(timeout, maxevents)
            wait({self._real.fileno(): select.POLLIN}, None if timeout is None or timeout < 0 else timeout)
            return self._real.poll(0, maxevents)


def _wait_to_read(socket, flags=0):
    seconds = socket.gettimeout()
    if seconds != 0 and not flags and socket.fileno() >= 0 and not wait({socket.fileno(): select.POLLIN}, seconds):
        raise _socket.timeout("timed out")


def _meet(socket, address):
    # Nobody knows when anybody else will answer: a keyring, a resolver, another machine.
    try:
        ours = address[0] in ("127.0.0.1", "::1", "localhost") and address[1] in _ports
    except (TypeError, LookupError):
        ours = False
    if not ours or socket.family not in (_socket.AF_INET, _socket.AF_INET6):
        wait_for_real()


class Socket(_RealSocket):
    """What `socket.socket` is made of."""

    __slots__ = ()

    def connect(self, address):
        _meet(self, address)
        return _RealSocket.connect(self, address)

    def connect_ex(self, address):
        _meet(self, address)
        return _RealSocket.connect_ex(self, address)

    def sendto(self, data, *flags_and_address):
        _meet(self, flags_and_address[-1])
        return _RealSocket.sendto(self, data, *flags_and_address)

    def recv(self, size, flags=0):
        _wait_to_read(self, flags)
        return _RealSocket.recv(self, size, flags)

    def recv_into(self, buffer, nbytes=0, flags=0):
        _wait_to_read(self, flags)
        return _RealSocket.recv_into(self, buffer, nbytes, flags)

    def recvfrom(self, size, flags=0):
        _wait_to_read(self, flags)
        return _RealSocket.recvfrom(self, size, flags)

    def _accept(self):
        _wait_to_read(self)
        return _RealSocket._accept(self)

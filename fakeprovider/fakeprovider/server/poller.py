"""One thread that waits on every socket nobody reads at the moment, so that thousands of idle clients cost no thread.

Waker     ends a wait from any thread
Poller    the thread, with the sockets it watches and its timers
"""

from __future__ import annotations

import contextlib
import itertools
import selectors
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol


class Waker:
    """A socket pair that ends a `select` or `poll` from any thread: wait for it too, and call `wake`."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        # Nobody may ever wait for room in the pair: whoever wakes often (an event stream) would block for good.
        self._theirs.setblocking(False)

    def fileno(self) -> int:
        """Return what to wait for: readable once woken."""
        return self._ours.fileno()

    @property
    def sender(self) -> int:
        """The descriptor that ends the wait as well by being written to, for `signal.set_wakeup_fd`."""
        return self._theirs.fileno()

    def wake(self) -> None:
        """End the wait, and every later one until `drain`; never block."""
        with contextlib.suppress(BlockingIOError):  # full, so it is readable already
            self._theirs.send(b"!")

    def drain(self) -> None:
        """Forget every call of `wake` so far, so that the next wait is one again."""
        with contextlib.suppress(BlockingIOError):
            while self._ours.recv(4096, socket.MSG_DONTWAIT):
                pass

    def close(self) -> None:
        """Close both sockets."""
        self._ours.close()
        self._theirs.close()

    def __enter__(self) -> Waker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Watched(Protocol):
    """What a poller waits on; its methods are called on the poller's thread and must not block."""

    def fileno(self) -> int:
        """Return the descriptor of the socket."""

    def ready(self) -> None:
        """Go on: something can be read, or the other side has gone."""

    def expired(self) -> None:
        """Give up: nothing came for `idle_seconds`."""


class Poller:
    """The thread that waits on idle sockets; `watch` and `unwatch` are safe from any thread.

    A socket that is watched until something comes is left alone as soon as it is `ready`, or silent for
    `idle_seconds`; one that is watched `always` stays (the listening one). Needs a selector of the kernel that several
    threads may use (epoll, kqueue): a poll(2) in progress would not notice a new socket.
    """

    def __init__(self, idle_seconds: float) -> None:
        self._idle_seconds = idle_seconds
        self._selector = selectors.DefaultSelector()
        self._waker = Waker()
        self._selector.register(self._waker, selectors.EVENT_READ)
        self._lock = threading.RLock()  # held while sockets are called back: nobody is called after `unwatch`
        self._watched: dict[int, Watched] = {}
        self._until: dict[int, float] = {}  # without those watched always; in the order in which their time is over
        self._timers: list[tuple[float, Callable[[], object]]] = []
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)
        self._thread.start()

    def watch(self, watched: Watched, *, always: bool = False) -> bool:
        """Wait on a socket from now on; return False, and do nothing, once the poller is stopped."""
        with self._lock:
            if self._stopped:
                return False
            descriptor = watched.fileno()
            self._watched[descriptor] = watched
            if not always:
                self._until[descriptor] = time.monotonic() + self._idle_seconds
            self._selector.register(descriptor, selectors.EVENT_READ, watched)
            return True

    def unwatch(self, watched: Watched) -> bool:
        """Leave a socket alone; return whether it was watched. It is not called back any more."""
        with self._lock:
            descriptor = watched.fileno()
            if self._stopped or self._watched.get(descriptor) is not watched:
                return False
            self._forget(descriptor)
            return True

    def later(self, seconds: float, callback: Callable[[], object]) -> None:
        """Call back in that many seconds; only for what the poller itself calls, which it does before it waits."""
        self._timers.append((time.monotonic() + seconds, callback))

    def stop(self) -> None:
        """End the thread; what is still watched is not called back any more."""
        with self._lock:
            stopped, self._stopped = self._stopped, True
        if stopped:
            return
        self._waker.wake()
        if self._thread is not threading.current_thread():
            self._thread.join()
        self._selector.close()
        self._waker.close()
        self._watched.clear()
        self._until.clear()
        self._timers.clear()

    def _run(self) -> None:
        while True:
            events = self._selector.select(self._seconds_to_sleep())
            with self._lock:
                if self._stopped:
                    return
                for key, _ in events:
                    self._call(key.fd, key.data)
                self._expire()
                self._ring()

    def _seconds_to_sleep(self) -> float:
        """Return for how long nothing is due. What is watched meanwhile is not due before that either."""
        with self._lock:
            due = [at for at, _ in self._timers] + [*itertools.islice(self._until.values(), 1)]
        return max(0.0, min(due) - time.monotonic()) if due else self._idle_seconds

    def _call(self, descriptor: int, watched: Watched | None) -> None:
        # One that was unwatched since has gone, even where its descriptor has a new owner by now.
        if watched is None or self._watched.get(descriptor) is not watched:
            return
        if descriptor in self._until:
            self._forget(descriptor)
        watched.ready()

    def _expire(self) -> None:
        now = time.monotonic()
        while self._until:
            descriptor, until = next(iter(self._until.items()))
            if until > now:
                return
            watched = self._watched[descriptor]
            self._forget(descriptor)
            watched.expired()

    def _forget(self, descriptor: int) -> None:
        del self._watched[descriptor]
        self._until.pop(descriptor, None)
        self._selector.unregister(descriptor)

    def _ring(self) -> None:
        now = time.monotonic()
        due = [callback for at, callback in self._timers if at <= now]
        self._timers = [timer for timer in self._timers if timer[0] > now]
        for callback in due:
            callback()

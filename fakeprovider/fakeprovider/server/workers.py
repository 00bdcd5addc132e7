"""The threads that answer requests: as many as there is work for, and no more."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

Job = Callable[[], None]
"""What a worker does. What it raises ends the thread, and is printed as for any other."""

USUAL: Final = 64
"""How many threads are started at once where there is work for them; further ones only when those are stuck."""
_SPARE: Final = 16  # threads that stay when there is nothing to do
_LEISURE: Final = 16  # threads at work, below which there is no need to be sparing with them
STUCK_SECONDS: Final = 0.03
"""For how long nobody may have taken a job that waits before the usual threads count as stuck."""


class Workers:
    """Threads that do jobs, each as soon as one is free.

    Jobs that only need the processor wait in a row for one of the `USUAL` threads: more of them would not be faster.
    Where those are all held up (by a fault, by clients that send half a request), `relieve` starts one for each job.
    Both together are never more than jobs that go on at the same time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._leaving: set[threading.Thread] = set()  # they may be alive for a moment yet
        self._resting: list[_Rest] = []
        self._waiting: deque[Job] = deque()
        self._last_taken = 0.0
        self._ending = False

    @property
    def pressed(self) -> bool:
        """Whether jobs wait for a thread."""
        return bool(self._waiting)

    @property
    def at_leisure(self) -> bool:
        """Whether a thread may as well be given to a job that has hardly anything to do."""
        return len(self._threads) - len(self._resting) < _LEISURE

    def submit(self, job: Job) -> bool:
        """Have a thread do `job`; return whether one does so at once. If not, `relieve` is to be called later on.

        Raises RuntimeError when the system has no thread left and none is ours.
        """
        with self._lock:
            if self._resting:
                self._resting.pop().end(job)
                return True
            if len(self._threads) < USUAL and self._started(job):
                return True
            if not self._waiting:
                self._last_taken = time.monotonic()
            self._waiting.append(job)
            return False

    def relieve(self) -> bool:
        """Start a thread for every job that waits, if no job was taken lately; return whether some still wait."""
        with self._lock:
            if time.monotonic() - self._last_taken >= STUCK_SECONDS:
                while self._waiting and self._started(self._waiting[0]):
                    self._waiting.popleft()
            return bool(self._waiting)

    def end(self) -> list[threading.Thread]:
        """Let every thread end once no job is left; return them, to wait for. May be called again."""
        with self._lock:
            self._ending = True
            for rest in self._resting:
                rest.end(None)
            self._resting.clear()
            return [*self._threads, *self._leaving]

    def _started(self, job: Job) -> bool:
        """Start a thread with `job`; return False where the system has none left, but those there are go on."""
        self._leaving = {thread for thread in self._leaving if thread.is_alive()}
        thread = threading.Thread(target=self._work, args=(job,), name="worker", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            if not self._threads:
                raise
            return False
        self._threads.add(thread)
        return True

    def _work(self, job: Job | None) -> None:
        try:
            while job is not None:
                job()
                job = self._next()
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())
                self._leaving.add(threading.current_thread())

    def _next(self) -> Job | None:
        """Return the next job, None when this thread is to end."""
        with self._lock:
            if self._waiting:
                self._last_taken = time.monotonic()
                return self._waiting.popleft()
            if self._ending or len(self._resting) >= _SPARE:
                return None
            rest = _Rest()
            self._resting.append(rest)
        return rest.job()


class _Rest:
    """Where one thread waits for its next job."""

    def __init__(self) -> None:
        self._over = threading.Lock()
        self._over.acquire()
        self._job: Job | None = None

    def end(self, job: Job | None) -> None:
        """Let the thread go on with `job`, or end where it is None."""
        self._job = job
        self._over.release()

    def job(self) -> Job | None:
        """Wait for it."""
        with self._over:
            return self._job

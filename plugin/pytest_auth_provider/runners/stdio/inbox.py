"""The messages of a stdio child: answers by the id of their request, notifications in order, and the end of output."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

NOTIFICATIONS_KEPT = 10_000
"""How many notifications are kept; older ones are dropped."""
LONGEST_LINE = 1024 * 1024
"""Bytes of one line; a longer one is not taken for a message."""

Found = TypeVar("Found")


class Inbox:
    """Split the child's output into messages, one JSON object to a line.

    Lines that are no JSON object are skipped: some children log there. `on_request` is called with each request of the
    child, on the thread that adds the output.
    """

    def __init__(self, on_request: Callable[[dict[str, Any]], None]) -> None:
        self._on_request = on_request
        self._changed = threading.Condition()
        self._line = bytearray()
        self._too_long = False
        self._ended = False
        self._answers: dict[int, dict[str, Any]] = {}
        self._notifications: deque[dict[str, Any]] = deque(maxlen=NOTIFICATIONS_KEPT)

    def add(self, chunk: bytes) -> None:
        """Add a chunk of output."""
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            self._line += line
            if not self._too_long and len(self._line) <= LONGEST_LINE:
                self._take(bytes(self._line))
            self._line.clear()
            self._too_long = False
        self._line += rest
        if len(self._line) > LONGEST_LINE:
            self._line.clear()
            self._too_long = True

    def end(self) -> None:
        """Record that the output has ended, and wake whoever waits."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Whether the output has ended."""
        return self._ended

    def answer_to(self, number: int, deadline: float) -> dict[str, Any] | None:
        """Wait for the answer to request `number`; None after the deadline (monotonic) or at the end of output."""
        return self._wait_for(lambda: self._answers.pop(number, None), deadline)

    def notification(self, wanted: Callable[[dict[str, Any]], bool], deadline: float) -> dict[str, Any] | None:
        """Wait for the first notification that `wanted` accepts and remove it; None as in `answer_to`."""

        def find() -> dict[str, Any] | None:
            found = next(filter(wanted, self._notifications), None)
            if found is not None:
                self._notifications.remove(found)
            return found

        return self._wait_for(find, deadline)

    def clear_notifications(self) -> None:
        """Drop the notifications so far: a new action waits for its own."""
        with self._changed:
            self._notifications.clear()

    def _wait_for(self, find: Callable[[], Found | None], deadline: float) -> Found | None:
        with self._changed:
            while (found := find()) is None and not self._ended:
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            return found

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(message, dict):
            return
        if "method" in message and "id" in message:
            self._on_request(message)
            return
        with self._changed:
            if "method" in message:
                self._notifications.append(message)
            elif type(message.get("id")) is int:
                self._answers[message["id"]] = message
            self._changed.notify_all()

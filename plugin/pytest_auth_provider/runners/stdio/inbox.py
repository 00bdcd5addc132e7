"""What a child has said: answers by the id of their request, notifications in order, and its end."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

KEPT = 10_000
"""Notifications that are kept, the latest ones."""
LONGEST_LINE = 1024 * 1024
"""Bytes of one message; what is longer is no message."""

Found = TypeVar("Found")


class Inbox:
    """Takes in bytes, gives out messages. Lines that are no JSON object are passed over: some children log there."""

    def __init__(self, on_request: Callable[[dict[str, Any]], None]) -> None:
        self._on_request = on_request
        self._changed = threading.Condition()
        self._line = bytearray()
        self._too_long = False
        self._ended = False
        self._answers: dict[int, dict[str, Any]] = {}
        self._notifications: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def add(self, chunk: bytes) -> None:
        """Take in what was read."""
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
        """Nothing will come any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Is the other side gone?"""
        return self._ended

    def answer_to(self, number: int, deadline: float) -> dict[str, Any] | None:
        """The answer to a request; None where the time is up (on the monotonic clock) or the child is gone."""
        return self._wait_for(lambda: self._answers.pop(number, None), deadline)

    def notification(self, wanted: Callable[[dict[str, Any]], bool], deadline: float) -> dict[str, Any] | None:
        """The first notification that is wanted, taken out; None as above."""

        def find() -> dict[str, Any] | None:
            found = next(filter(wanted, self._notifications), None)
            if found is not None:
                self._notifications.remove(found)
            return found

        return self._wait_for(find, deadline)

    def forget(self) -> None:
        """Let go of notifications so far: a new action waits for its own."""
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

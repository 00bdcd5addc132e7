"""One step of an action: messages are sent, and their answers waited for."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from pytest_auth_provider.adapters.messages import Awaited, Message
from pytest_auth_provider.processes.runner import Command, Ended
from pytest_auth_provider.processes.terminal import Capture
from pytest_auth_provider.runners.stdio.session import Session

SUCCEEDED, FAILED = 0, 1


class Dialogue:
    """Sends each message and waits for its answer before the next, then for what the step waits for.

    The exit code is 0 where all went well, 1 for an `error`, and that of the child where it died.
    """

    def __init__(
        self,
        session: Session,
        messages: Sequence[Message],
        awaited: Awaited | None,
        command: Command,
        fill: Callable[[str], str],
    ) -> None:
        self._session = session
        self._messages = messages
        self._awaited = awaited
        self._command = command
        self._fill = fill
        self._sent: set[int] = set()
        self._exit_code = FAILED
        self._timed_out = False
        self._note = ""
        self._captures = {"stdout": Capture(), "stderr": Capture()}
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._talk, name="client-dialogue", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The id of the child."""
        return self._session.pid

    @property
    def running(self) -> bool:
        """Is anything still waited for?"""
        return self._thread.is_alive()

    def interrupt(self) -> None:
        """Send SIGINT to the child and its group."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """Send SIGKILL to the child and its group; the next action starts another one."""
        self._signal(signal.SIGKILL)

    def wait(self) -> Ended:
        """Wait until all has been said, at the latest when the time is up."""
        self._thread.join()
        stdout, stderr = self._captures.values()
        return Ended(
            exit_code=self._exit_code,
            stdout=stdout.text(),
            stderr=stderr.text() + self._note,
            seconds=time.monotonic() - self._started,
            timed_out=self._timed_out,
            sent=frozenset(self._sent),
            leftovers=(),
            truncated=stdout.truncated or stderr.truncated,
        )

    def _signal(self, number: signal.Signals) -> None:
        self._sent.add(number)
        self._session.signal(number)

    def _hear(self, stream: str, chunk: bytes) -> None:
        self._captures[stream].add(chunk)
        if self._command.on_output is not None:
            self._command.on_output(stream, chunk)

    def _talk(self) -> None:
        deadline = self._started + self._command.timeout
        self._session.hear = self._hear
        self._session.inbox.forget()
        went_well = all(self._say(message, deadline) for message in self._messages) and self._hear_the_end(deadline)
        self._exit_code = SUCCEEDED if went_well else self._failure(deadline)
        self._session.hear = lambda _stream, _chunk: None

    def _say(self, message: Message, deadline: float) -> bool:
        body = message.body(self._fill)
        if message.notify:
            self._session.send(body, deadline)
            return True
        answer = self._session.inbox.answer_to(self._session.request(body, deadline), deadline)
        return answer is not None and message.went_well(answer)

    def _hear_the_end(self, deadline: float) -> bool:
        if self._awaited is None:
            return True
        found: dict[str, Any] | None = self._session.inbox.notification(self._awaited.is_met_by, deadline)
        return found is not None and self._awaited.went_well(found)

    def _failure(self, deadline: float) -> int:
        """Why it did not go well: an answer said so, the child is gone, or it said nothing in time."""
        if self._session.inbox.ended:
            code = self._session.exit_code()
            self._note = f"\nthe child ended before it had answered (exit code {code})\n"
            return code or FAILED
        if time.monotonic() >= deadline:
            self._timed_out = True
            self._session.signal(signal.SIGKILL)
            self._sent.add(signal.SIGKILL)
        return FAILED

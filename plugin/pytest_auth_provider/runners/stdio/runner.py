"""Run the steps of a stdio client by sending messages to one long-lived child and waiting for its answers."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from pytest_auth_provider.adapters.messages import Awaited, Message
from pytest_auth_provider.adapters.models import Step
from pytest_auth_provider.clock.clock import variables_while_running
from pytest_auth_provider.processes.capture import Capture
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.runner import Command, CommandResult
from pytest_auth_provider.runners.runner import Execution
from pytest_auth_provider.runners.stdio.process import StdioProcess, ignore_output

SUCCEEDED, FAILED = 0, 1


class StdioRunner:
    """Send the messages of every action to one child, which starts with the first action and ends with the sandbox.

    A child that died is started again by the next action. An action that begins while another one is running has a
    child of its own, as a second editor would: with two actions in one child, nobody knows whose notification is whose.
    """

    def __init__(self, commands: CommandBuilder) -> None:
        self._commands = commands
        self._latest: dict[StdioProcess, StdioExecution] = {}

    def start(self, step: Step, command: Command, watched: Command, *, background: bool) -> Execution:  # noqa: ARG002 - other runners need it
        """Send the messages of a step; to a new child, those of `[stdio] start` first."""
        process, messages = self._idle_process(), step.send
        if process is None:
            process, messages = self._start_process(command), (*self._commands.adapter.stdio.start, *step.send)
        execution = StdioExecution(process, messages, step.until, watched, self._commands.values.fill)
        self._latest[process] = execution
        return execution

    def restart(self) -> None:
        """End every child; the next action starts another one."""
        for process in self._latest:
            process.close()

    def _idle_process(self) -> StdioProcess | None:
        """Return the first living child without a running step; actions that do not overlap all use the same one."""
        idle = (process for process, latest in self._latest.items() if process.alive and not latest.running)
        return next(idle, None)

    def _start_process(self, command: Command) -> StdioProcess:
        adapter = self._commands.adapter
        program = command.argv[: len(adapter.command) + len(adapter.stdio.args)]
        environment = {**command.env, **variables_while_running(self._commands)}
        process = StdioProcess(program, environment, command.cwd)
        self._commands.sandbox.closing.callback(process.close)
        return process


class StdioExecution:
    """One step of an action: send each message, wait for its answer before the next, then for the awaited notification.

    The exit code is 0 on success, 1 for an answer with an `error`, and the child's own where the child died. A child
    that does not answer within the command's timeout is killed.
    """

    def __init__(
        self,
        process: StdioProcess,
        messages: Sequence[Message],
        awaited: Awaited | None,
        command: Command,
        fill: Callable[[str], str],
    ) -> None:
        self._process = process
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
        self._thread = threading.Thread(target=self._run, name="client-messages-step", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The process id of the child."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether an answer or a notification is still awaited."""
        return self._thread.is_alive()

    def interrupt(self) -> None:
        """Send SIGINT to the child and its group."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """Send SIGKILL to the child and its group; the next action starts another one."""
        self._signal(signal.SIGKILL)

    def wait(self) -> CommandResult:
        """Wait until the last answer has arrived or the time limit is reached."""
        self._thread.join()
        stdout, stderr = self._captures.values()
        return CommandResult(
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
        self._process.signal(number)

    def _on_output(self, stream: str, chunk: bytes) -> None:
        self._captures[stream].add(chunk)
        if self._command.on_output is not None:
            self._command.on_output(stream, chunk)

    def _run(self) -> None:
        deadline = self._started + self._command.timeout
        self._process.on_output = self._on_output
        self._process.inbox.clear_notifications()
        succeeded = all(self._send(message, deadline) for message in self._messages) and self._await_notification(
            deadline
        )
        self._exit_code = SUCCEEDED if succeeded else self._failure(deadline)
        self._process.on_output = ignore_output

    def _send(self, message: Message, deadline: float) -> bool:
        body = message.body(self._fill)
        if message.notify:
            self._process.send(body, deadline)
            return True
        answer = self._process.inbox.answer_to(self._process.request(body, deadline), deadline)
        return answer is not None and message.went_well(answer)

    def _await_notification(self, deadline: float) -> bool:
        if self._awaited is None:
            return True
        found: dict[str, Any] | None = self._process.inbox.notification(self._awaited.is_met_by, deadline)
        return found is not None and self._awaited.went_well(found)

    def _failure(self, deadline: float) -> int:
        """Return the exit code of a failed step: an answer had an error, the child is gone, or the time is up."""
        if self._process.inbox.ended:
            code = self._process.exit_code()
            self._note = f"\nthe child ended before it had answered (exit code {code})\n"
            return code or FAILED
        if time.monotonic() >= deadline:
            self._timed_out = True
            self._process.signal(signal.SIGKILL)
            self._sent.add(signal.SIGKILL)
        return FAILED

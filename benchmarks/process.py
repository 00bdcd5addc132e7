"""A contender as a child process: started once, asked over its pipes, ended with them."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import tempfile
import threading
from types import TracebackType
from typing import Any, Self

import psutil

from benchmarks.field import ROOT, Contender

PATIENCE = 60.0  # seconds for an answer


class BrokenContenderError(RuntimeError):
    """A contender that does not do what it is told; the message is its last words."""


class Child:
    """One contender, running. Raises `BrokenContenderError` when it fails to answer."""

    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        self._said = tempfile.TemporaryFile(mode="w+", encoding="utf-8")  # noqa: SIM115  closed with the child
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        try:
            self._process = subprocess.Popen(
                contender.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                text=True,
                cwd=ROOT,
                env=environment,
            )
        except OSError as error:
            raise BrokenContenderError(f"{contender.command[0]}: {error}") from error
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def ask(self, command: str) -> Any:
        """Give a command and return the answer to it."""
        stdin = self._process.stdin
        if stdin is None:
            raise BrokenContenderError("it has no stdin")
        try:
            stdin.write(f"{command}\n")
            stdin.flush()
            answer = self._answers.get(timeout=PATIENCE)
        except (OSError, queue.Empty):
            answer = None
        if answer is None:
            raise BrokenContenderError(f"no answer to {command!r}: {self._last_words()}")
        return json.loads(answer)

    @property
    def megabytes(self) -> float:
        """The resident memory of the whole process tree, in MB of a million bytes."""
        root = psutil.Process(self._process.pid)
        return float(sum(process.memory_info().rss for process in [root, *root.children(recursive=True)])) / 1e6

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listening.join()
        self._said.close()

    def _listen(self) -> None:
        stdout = self._process.stdout
        if stdout is not None:
            with stdout:
                for line in stdout:
                    if line.startswith("= "):
                        self._answers.put(line[2:])
        self._answers.put(None)

    def _last_words(self) -> str:
        self._said.seek(0)
        lines = [line.strip() for line in self._said if line.strip()]
        return lines[-1] if lines else "it said nothing"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

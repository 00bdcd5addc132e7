"""What a program expects to have for itself, as context managers: set for the time of a call, and restored after it.

All of it belongs to the whole process: `sys.argv`, environment, working directory, umask, loaded modules, warnings,
logging, signal handlers and the alarm that enforces the time limit.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from pytest_auth_provider.processes.spawn import USUAL_UMASK

_HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ENVIRONMENT_READERS = ("webbrowser",)
"""Modules that keep what they found in the environment when they were first used."""


class TimeLimitExceededError(BaseException):
    """Raised inside a call that exceeds its time limit. Not an `Exception`: programs catch those and go on."""


@contextmanager
def arguments(argv: Sequence[str]) -> Iterator[None]:
    """Set `sys.argv`."""
    before = sys.argv
    sys.argv = list(argv)
    try:
        yield
    finally:
        sys.argv = before


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Replace the whole environment."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def directory(path: Path) -> Iterator[None]:
    """Change to the working directory `path`, with the usual umask."""
    before, umask = Path.cwd(), os.umask(USUAL_UMASK)
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)
        os.umask(umask)


@contextmanager
def fresh_modules(packages: Sequence[str]) -> Iterator[None]:
    """Unload the modules of `packages` for the block, and put them back afterwards.

    Modules of the standard library that cache the environment are unloaded as well.
    """
    names = (*packages, *_ENVIRONMENT_READERS)
    before = {name: sys.modules.pop(name) for name in _loaded(names)}
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name in _loaded(names):
            del sys.modules[name]
        sys.modules.update(before)


def _loaded(packages: Sequence[str]) -> list[str]:
    return [name for name in sys.modules if any(name == top or name.startswith(f"{top}.") for top in packages)]


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimitExceededError` in a block that takes longer, wherever it waits; again each second if caught.

    Only the main thread can be interrupted; in any other there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_alarm(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimitExceededError

    handler = signal.signal(signal.SIGALRM, on_alarm)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, left, interval)


@contextmanager
def interpreter_state() -> Iterator[None]:
    """Start with fresh warning filters and root logger, and restore them and the signal handlers afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    root.setLevel(logging.WARNING)
    signals = {number: signal.getsignal(number) for number in _HANDLED}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            root.handlers = handlers
            root.setLevel(level)
            _restore_handlers(signals)


def _restore_handlers(signals: Mapping[signal.Signals, object]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number, handler in signals.items():
        if signal.getsignal(number) is not handler:
            with contextlib.suppress(TypeError):  # one that was not set from Python
                signal.signal(number, handler)  # type: ignore[arg-type]  # it came from getsignal

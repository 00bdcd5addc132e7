"""What a program takes for its own, and what is ours: put in its place for the time of a call, then put back."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

USUAL_UMASK = 0o022
_HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def arguments(argv: Sequence[str]) -> Iterator[None]:
    """`sys.argv`."""
    before = sys.argv
    sys.argv = list(argv)
    try:
        yield
    finally:
        sys.argv = before


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """The whole environment."""
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
    """The working directory and the usual umask."""
    before, umask = Path.cwd(), os.umask(USUAL_UMASK)
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)
        os.umask(umask)


@contextmanager
def state() -> Iterator[None]:
    """What programs set up as they begin: warnings, logging, signal handlers."""
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
            _restore(signals)


def _restore(signals: Mapping[signal.Signals, object]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number, handler in signals.items():
        if signal.getsignal(number) is not handler:
            with contextlib.suppress(TypeError):  # one that was not set from Python
                signal.signal(number, handler)  # type: ignore[arg-type]  # it came from getsignal

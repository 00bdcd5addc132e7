"""One line that says, while contracts run, how far the run is, what it waits for, and how long the rest may take.

It stands below what pytest prints, on a terminal alone, and is gone before anything else is printed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

import pytest

_ERASE_LINE = "\r\x1b[K"
_UP = "\x1b[A"
_MINUTE = 60


class ProgressPlugin:
    """The plugin that draws the line; `clients` are the names of the clients of the run."""

    def __init__(self, config: pytest.Config, clients: Sequence[str]) -> None:
        self._config = config
        self._clients = clients
        self._terminal: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
        self._session: pytest.Session | None = None
        self._began = time.monotonic()
        self._running: dict[str, float] = {}
        self._done: set[str] = set()
        self._erase = ""

    @property
    def wanted(self) -> bool:
        """Whether there is somebody to read it: at a terminal that can move its cursor, and not in CI."""
        option = self._config.option
        return bool(
            self._terminal is not None
            and self._terminal.isatty
            and os.environ.get("TERM", "dumb") != "dumb"
            and not ({"CI", "BUILD_NUMBER"} & os.environ.keys())
            and self._config.get_verbosity() >= 0
            and self._config.getoption("capture") in ("fd", "sys")
            and not (option.usepdb or option.trace or self._config.getini("log_cli"))
        )

    # -- what it is told --------------------------------------------------------------------------------------------

    def started(self, nodeid: str) -> None:
        """Say that a test runs now; one that has ended is only being reported."""
        if nodeid not in self._done:
            self._running.setdefault(nodeid, time.monotonic())

    def ended(self, nodeid: str) -> None:
        """Say that a test has ended."""
        self._running.pop(nodeid, None)
        self._done.add(nodeid)

    def beat(self) -> None:
        """Draw the line anew: time has gone on."""
        with self._beside_the_line():
            pass

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember whose tests are counted."""
        self._session = session

    def pytest_collection_finish(self) -> None:
        """Count the time from here on."""
        self._began = time.monotonic()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> Generator[None, object, object]:
        """Make room for what pytest prints, and say that a test runs now."""
        self.started(nodeid)
        with self._beside_the_line():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self) -> Generator[None, object, object]:
        """Make room for what pytest prints."""
        with self._beside_the_line():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logfinish(self, nodeid: str) -> Generator[None, object, object]:
        """Make room for what pytest prints, and say that a test has ended."""
        self.ended(nodeid)
        with self._beside_the_line():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Remove the line for good."""
        self._remove()
        self._session = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self) -> None:
        """Make room for what pytest prints."""
        self._remove()

    # -- details ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _beside_the_line(self) -> Iterator[None]:
        """Remove the line for the time of a block, and draw it again."""
        self._remove()
        yield
        text = self._text()
        if self._terminal is None or not text:
            return
        writer = self._config.get_terminal_writer()
        column = writer.width_of_current_line
        below, above = ("\n", f"{_UP}\x1b[{column}C") if column else ("", "")
        self._terminal.write_raw(f"{below}{text[: writer.fullwidth - 1]}", flush=True)
        self._erase = f"{_ERASE_LINE}{above}"

    def _remove(self) -> None:
        if self._erase and self._terminal is not None:
            self._terminal.write_raw(self._erase, flush=True)
            self._erase = ""

    def _text(self) -> str:
        """Return the line; "" where there is nothing to say."""
        if self._session is None or not self._running:
            return ""
        nodeid, since = min(self._running.items(), key=lambda one: one[1])
        client, case = _named(nodeid, self._clients)
        others = f" and {len(self._running) - 1} more" if len(self._running) > 1 else ""
        whose = f"{client}: " if client else ""
        done, total = len(self._done), self._session.testscollected
        waited = f"waiting for {case} ({_length(time.monotonic() - since)}){others}"
        return f"{whose}{done} of {total} done, {waited}{self._rest(done, total)}"

    def _rest(self, done: int, total: int) -> str:
        """Return how long the rest may take, where something is done that tells."""
        if not 0 < done < total:
            return ""
        return f", about {_length((time.monotonic() - self._began) / done * (total - done))} to go"


def _named(nodeid: str, clients: Sequence[str]) -> tuple[str, str]:
    """Return the client and the contract, with its variant, behind the node id of a test; of another test its name."""
    path, _, name = nodeid.rpartition("::")
    function, _, variant = name.removesuffix("]").partition("[")
    for client in sorted(clients, key=len, reverse=True):
        if variant == client or variant.startswith(f"{client}-"):
            family = path.split("/")[-2:-1]
            contract = "/".join([*family, function.removeprefix("test_").replace("_", "-")])
            rest = variant.removeprefix(client).removeprefix("-")
            return client, f"{contract}[{rest}]" if rest else contract
    return "", name


def _length(seconds: float) -> str:
    """Return a length of time as people say it: `41 s`, `3 min`."""
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:.0f} min"

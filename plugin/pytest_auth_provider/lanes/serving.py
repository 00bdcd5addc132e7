"""What happens in a lane: it runs the cases that it is told of, and tells what pytest says of them."""

from __future__ import annotations

import ctypes
import os
import signal
import tempfile
import traceback
from collections.abc import Iterable
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn
from warnings import WarningMessage

import pytest

from pytest_auth_provider.confirmation import ConfirmationPlugin
from pytest_auth_provider.lanes.lane import Ended, LastWord, Warned
from pytest_auth_provider.preflight import FACTORY
from pytest_auth_provider.processes.warm.fork_servers import FORK_SERVERS
from pytest_auth_provider.proof import doubts

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


def live(session: pytest.Session, channel: Connection, parent: int) -> NoReturn:
    """Be a lane from here on, and end with it: nothing of what called this goes on in this process.

    The kernel ends it when `parent` dies, whatever that dies of; then what watches over its commands ends these.
    """
    status = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() == parent:
            _Served(session, channel).until_told()
        status = 0
    except (KeyboardInterrupt, BrokenPipeError):
        status = 130
    except BaseException:  # whatever it is, what called this must not go on
        os.write(2, traceback.format_exc().encode(errors="replace"))
    finally:
        os._exit(status)


class _Between(pytest.Item):
    """What pytest is told comes next, since nobody knows yet: only what lasts for the whole session is kept for it."""

    def runtest(self) -> None:
        """Do nothing: it is never run."""


class _Served:
    """The cases of one lane."""

    def __init__(self, session: pytest.Session, channel: Connection) -> None:
        self._session = session
        self._config = session.config
        self._channel = channel
        self._reports: list[dict[str, Any]] = []
        self._listens = False
        _interrupt_once()
        _capture_for_itself(self._config)
        _own_factory(self._config)
        confirmation: ConfirmationPlugin = _plugin(self._config, "auth-provider-confirmation")
        confirmation.log = self._keep
        self._config.pluginmanager.register(self)
        self._listens = True

    def until_told(self) -> None:
        """Run each case that is told of; at the end say which sign-ins are to be doubted, and tidy up."""
        between: _Between = _Between.from_parent(self._session, name="between two cases")
        try:
            while (number := self._told()) is not None:
                self._channel.send(self._run(self._session.items[number], between))
            factory = self._config.stash.get(FACTORY, None)
            found = doubts(factory) if factory else []
            self._channel.send(LastWord(found, FORK_SERVERS.problems()))
        finally:
            _plugin(self._config, "runner").pytest_sessionfinish(self._session)
            FORK_SERVERS.close()

    def _told(self) -> int | None:
        """Wait for the number of the next case; None where there is none, or nobody left who asks."""
        try:
            number: int | None = self._channel.recv()
        except EOFError:
            return None
        return number

    def _run(self, item: pytest.Item, between: pytest.Item) -> Ended:
        self._reports = []
        ending = None
        try:
            self._config.hook.pytest_runtest_protocol(item=item, nextitem=between)
        except pytest.exit.Exception as error:
            ending = (str(error.msg), error.returncode)
        return Ended(self._reports, self._session.shouldstop, self._session.shouldfail, ending)

    def _keep(self, _item: pytest.Item, reports: Iterable[pytest.TestReport]) -> None:
        """Keep what the process of the user is to report."""
        serialise = self._config.hook.pytest_report_to_serializable
        self._reports += [serialise(config=self._config, report=report) for report in reports]

    def pytest_warning_recorded(
        self, warning_message: WarningMessage, when: str, nodeid: str, location: tuple[str, int, str] | None
    ) -> None:
        """Tell of a warning at once; those from before this lane are known."""
        if self._listens:
            told = _that_travels(warning_message)
            arguments = {"warning_message": told, "when": when, "nodeid": nodeid, "location": location}
            self._channel.send(Warned(arguments))


def _that_travels(warning: WarningMessage) -> WarningMessage:
    """Return a warning as the other process can read it: its text alone, where it is not made of what is there."""
    warning.source = None  # whatever it is, it stays here
    try:
        ForkingPickler.loads(ForkingPickler.dumps(warning))
    except Exception:
        text = f"{warning.category.__name__}: {warning.message}"
        return WarningMessage(UserWarning(text), UserWarning, warning.filename, warning.lineno)
    return warning


def _interrupt_once() -> None:
    """Let the first SIGINT or SIGTERM end what is run, and no other one what tidies up after it."""
    interrupted = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        if number == signal.SIGTERM or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)


def _capture_for_itself(config: pytest.Config) -> None:
    """Have pytest capture output in files of this process: those of the other one would be read and cut by both."""
    capture = _plugin(config, "capturemanager")
    capture.read_global_capture()
    capture.stop_global_capturing()
    capture.start_global_capturing()
    capture.suspend_global_capture(in_=False)


def _plugin(config: pytest.Config, name: str) -> Any:
    """Return a plugin that is always there."""
    return config.pluginmanager.get_plugin(name)


def _own_factory(config: pytest.Config) -> None:
    """Make clients in directories of this process; their HOMEs are prepared, their versions known."""
    if FACTORY in config.stash:
        factory = config.stash[FACTORY]
        place = tempfile.mkdtemp(prefix="lane-", dir=factory.directory.parent)
        config.stash[FACTORY] = factory.beside(Path(place))

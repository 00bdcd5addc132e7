"""Learn every client of a run once, before anything is judged, and leave out those that cannot sign in.

With pytest-xdist the first worker that comes to a client learns it, and the others wait for what it writes down.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from filelock import FileLock

from pytest_auth_provider.clients.factory import ClientFactory
from pytest_auth_provider.learning import learn
from pytest_auth_provider.profile import Profile
from pytest_auth_provider.scenario import scenario_of_item
from pytest_auth_provider.selection import adapter_of, client_names

_PROFILES: pytest.StashKey[dict[str, Profile]] = pytest.StashKey()
"""The profiles that this process knows, by the name of the client."""
SANDBOX = "<sandbox>"
"""What stands in a profile for the directory in which the client was learned."""
FACTORY: pytest.StashKey[ClientFactory] = pytest.StashKey()
"""What this process made its clients with as it learned them: their HOMEs are prepared, their versions known."""
_SHARED = "auth_profiles"
"""The name under which a worker of pytest-xdist is told where the profiles are written."""


def profile_of(config: pytest.Config, name: str) -> Profile:
    """Return the profile of a client of this run; an empty one where nothing was learned."""
    return config.stash.get(_PROFILES, {}).get(name, Profile(name))


class PreflightPlugin:
    """The plugin that learns the clients whose contracts were selected, in every process that runs tests.

    A client that cannot sign in is not judged: its tests are deselected, and the run fails.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._directory: Path | None = None

    def profiles(self) -> Sequence[Profile]:
        """Return what was learned in this run, by whichever process, in the order of its clients."""
        if self._directory is None:
            return ()
        paths = [self._path(name) for name in client_names(self._config)]
        return [Profile.from_text(path.read_text("utf-8")) for path in paths if path.exists()]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Learn the clients before the first test of a single process; a controller has no tests of its own."""
        if self._worker is None and not session.config.getoption("collectonly"):
            self._learn_clients(session)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn the clients in a worker before it tells the controller which tests it has: all have the same."""
        if self._worker is not None:
            self._learn_clients(session)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist where profiles are written in this run."""
        node.workerinput[_SHARED] = str(self._shared_directory())

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run in which a client could not be checked."""
        harmless = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if session.exitstatus in harmless and any(profile.problem for profile in self.profiles()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_unconfigure(self) -> None:
        """Remove what was written down."""
        if self._own is not None:
            self._own.cleanup()

    def _learn_clients(self, session: pytest.Session) -> None:
        names = list(dict.fromkeys(name for item in session.items if (name := client_of(item))))
        known = self._config.stash.setdefault(_PROFILES, {})
        for name in self._rotated(names):
            known[name] = self._learned(name)
        away = [item for item in session.items if (name := client_of(item)) and known[name].problem]
        if away:
            self._config.hook.pytest_deselected(items=away)
            left = set(away)
            session.items[:] = [item for item in session.items if item not in left]
            session.testscollected = len(session.items)

    def _rotated(self, names: list[str]) -> list[str]:
        """Return the names in an order of this worker's own, so that several clients are learned at the same time."""
        number = self._worker["workerid"].removeprefix("gw") if self._worker is not None else "0"
        first = int(number) % len(names) if names and number.isdigit() else 0
        return [*names[first:], *names[:first]]

    def _learned(self, name: str) -> Profile:
        """Return the profile of a client, learning it unless another process of this run has, or is just about to."""
        path = self._path(name)
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                self._announce(name)
                workshop = path.with_suffix("")
                text = learn(adapter_of(self._config, name), self._factory(), workshop).as_text()
                for directory in (workshop, self._shared_directory()):  # which nobody knows who reads it later
                    text = text.replace(json.dumps(str(directory))[1:-1], SANDBOX)
                path.write_text(text, "utf-8")
        return Profile.from_text(path.read_text("utf-8"))

    def _factory(self) -> ClientFactory:
        """Return the factory of this process, which the tests go on with."""
        if FACTORY not in self._config.stash:
            directory = tempfile.mkdtemp(prefix="factory-", dir=self._shared_directory())
            self._config.stash[FACTORY] = ClientFactory(Path(directory))
        return self._config.stash[FACTORY]

    def _announce(self, name: str) -> None:
        """Say what the silence is about; workers have nobody to say it to."""
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if self._worker is None and terminal is not None and self._config.get_verbosity() >= 0:
            terminal.write_line(f"learning what {name} does before it is judged ...")

    def _path(self, name: str) -> Path:
        return self._shared_directory() / f"{quote(name, safe='')}.json"

    def _shared_directory(self) -> Path:
        """Return the directory of this run, which every process of it knows and no other run does."""
        if self._directory is None:
            if self._worker is not None and _SHARED in self._worker:
                self._directory = Path(self._worker[_SHARED])
            else:
                self._own = tempfile.TemporaryDirectory(prefix="auth-provider-", ignore_cleanup_errors=True)
                self._directory = Path(self._own.name)
        self._directory.mkdir(parents=True, exist_ok=True)
        return self._directory


def client_of(item: pytest.Item) -> str:
    """Return the name of the client that a contract is to be checked for; "" for any other test."""
    callspec = getattr(item, "callspec", None)
    name = callspec.params.get("auth_client_name", "") if callspec else ""
    return str(name) if scenario_of_item(item) is not None else ""

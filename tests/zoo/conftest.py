"""The runs of the zoo, each made once for all tests that look at it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.zoo.expected import EXPECTED
from tests.zoo.lies import LIES, PROVED_BY
from tests.zoo.runs import CORRECT, LYING, Rows, judge, make_project, once, pairs


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for the whole run, also where pytest-xdist runs it."""
    base = tmp_path_factory.getbasetemp()
    directory = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "zoo"
    directory.mkdir(exist_ok=True)
    return directory


@pytest.fixture(scope="session")
def correct(shared: Path) -> Rows:
    """What the whole catalogue says of every correct client whose program can run here."""

    def run() -> Rows:
        project = shared / "correct" / "project"
        make_project(project, CORRECT.with_name("auth-provider.toml"), CORRECT)
        return judge(project, [name for name, expected in EXPECTED.items() if expected.can_run])

    return once(shared / "correct", run)


@pytest.fixture(scope="session")
def lying(shared: Path) -> Rows:
    """What is said of the clients that lie, under the contracts they lie about."""

    def run() -> Rows:
        project = shared / "lying" / "project"
        make_project(project, LYING / "auth-provider.toml", LYING)
        wanted = {lie: contracts.keys() for lie, contracts in LIES.items()}
        return judge(
            project, [*wanted, PROVED_BY], "-k", pairs({**wanted, PROVED_BY: sorted(set().union(*wanted.values()))})
        )

    return once(shared / "lying", run)

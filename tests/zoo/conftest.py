"""The runs of the zoo, each made once for all tests that look at it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_auth_provider import catalogue
from tests.zoo.expected import EXPECTED
from tests.zoo.lies import LIES, PROVED_BY
from tests.zoo.plan import plan
from tests.zoo.runs import CORRECT, LYING, Rows, judge, make_project, once


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for the whole run, also where pytest-xdist runs it."""
    base = tmp_path_factory.getbasetemp()
    directory = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "zoo"
    directory.mkdir(exist_ok=True)
    return directory


@pytest.fixture(scope="session")
def correct(shared: Path) -> Rows:
    """What is said of every correct client whose program can run here, by as much of the catalogue as there is time."""

    def run() -> Rows:
        project = shared / "correct" / "project"
        make_project(project, CORRECT.with_name("auth-provider.toml"), CORRECT)
        return judge(project, plan([name for name, expected in EXPECTED.items() if expected.can_run], catalogue.ids()))

    return once(shared / "correct", run)


@pytest.fixture(scope="session")
def lying(shared: Path) -> Rows:
    """What is said of the clients that lie, under the contracts they lie about."""

    def run() -> Rows:
        project = shared / "lying" / "project"
        make_project(project, LYING / "auth-provider.toml", LYING)
        wanted = {lie: contracts.keys() for lie, contracts in LIES.items()}
        return judge(project, {**wanted, PROVED_BY: set().union(*wanted.values())})

    return once(shared / "lying", run)

"""The matrix of every sloppy client and every contract, run once for the tests that look at it."""

from __future__ import annotations

import os

import pytest

from tests.sloppy.runs import Matrix, once, run_matrix


@pytest.fixture(scope="session")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """What the inner runs found; they are run once, also where pytest-xdist runs the tests that look at it."""
    base = tmp_path_factory.getbasetemp()
    directory = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sloppy"
    return once(directory, lambda: run_matrix(directory))

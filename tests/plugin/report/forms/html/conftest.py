"""Pages of made-up runs, and a real browser that opens them as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pytest_auth_provider.report.forms.writers import write_report
from pytest_auth_provider.report.rows import Row
from tests.support.chromium import anybody, browse, person  # noqa: F401  # fixtures
from tests.support.sample_run import sample_profiles, sample_rows

WritePage = Callable[[Sequence[Row]], str]


@pytest.fixture
def write_page(tmp_path: Path) -> WritePage:
    """Write the page of these rows, and return its address."""

    def write_page(rows: Sequence[Row]) -> str:
        path = tmp_path / "report.html"
        write_report(path, rows, ["Nothing is configured."], sample_profiles())
        return path.as_uri()

    return write_page


@pytest.fixture
def page(write_page: WritePage) -> str:
    """The address of the page of a run with every verdict."""
    return write_page(sample_rows())

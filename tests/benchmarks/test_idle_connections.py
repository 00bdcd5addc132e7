"""The figures about idle connections are what the table says."""

from __future__ import annotations

import re

import pytest

from benchmarks.idle_connections import main


def test_idle_connections_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Everybody is answered, every connection is a file of the provider, and hardly any costs a thread."""
    main(["--connections", "200", "--pollers", "50"])
    said = capsys.readouterr().out
    assert "all at once: {'200': 200} within" in said
    assert "50 device pollers at once: {'200': 50} within" in said
    row = re.search(r"^\| among idle ones \| (\d+) \| \d+ \| (\d+) \|", said, re.MULTILINE)
    assert row is not None, said
    threads, files = int(row[1]), int(row[2])
    assert (threads < 40, 200 <= files < 250) == (True, True), said

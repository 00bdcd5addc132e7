"""What of a client's output goes into a report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import pytest_auth_provider
from fakeprovider import Exchange
from pytest_auth_provider.clients import Outcome
from pytest_auth_provider.report import redaction
from pytest_auth_provider.report.evidence import render_evidence
from pytest_auth_provider.report.redaction import redact
from pytest_auth_provider.report.steps import steps_of


def test_a_traceback_tells_no_path_of_this_machine() -> None:
    """Where a Python is installed is its owner's business; which of its files failed is everybody's."""
    text = 'File "/home/ada/.pyenv/versions/3.13.0/lib/python3.13/json/decoder.py", line 362, in raw_decode'
    assert (
        redact(text, [], Path("/sandbox")) == 'File "<python>/lib/python3.13/json/decoder.py", line 362, in raw_decode'
    )


def test_boxes_are_not_filled_up() -> None:
    """What fills a box to the width of the terminal says nothing: four of it are enough."""
    assert redact(f"╭{'─' * 90}╮", [], Path("/sandbox")) == "╭────╮"
    assert redact(f"│ Could not sign in{' ' * 70}│", [], Path("/sandbox")) == "│ Could not sign in    │"


def test_a_few_blanks_stay() -> None:
    """An indentation is no filling."""
    assert redact("        indented", [], Path("/sandbox")) == "        indented"


def test_a_wrapper_of_ours_tells_no_path() -> None:
    """Some clients run under a program of this plugin, and reports say so without saying where it is installed."""
    wrapper = Path(pytest_auth_provider.__file__).parent / "clients" / "disk" / "confine.py"
    assert redact(f"$ python3 {wrapper} acme", [], Path("/sandbox")) == (
        "$ python3 <pytest_auth_provider>/clients/disk/confine.py acme"
    )


def test_the_name_of_the_machine_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some clients introduce themselves with it; words that merely hold it stay."""
    monkeypatch.setattr(redaction, "HOST", "ada.example.org")
    text = "device_name=ada&agent=ada.example.org and canada-ada"
    assert redact(text, [], Path("/sandbox")) == "device_name=<host>&agent=<host> and canada-ada"


def test_a_machine_that_is_called_localhost_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would tear addresses apart."""
    monkeypatch.setattr(redaction, "HOST", "localhost")
    assert redact("http://localhost:1", [], Path("/sandbox")) == "http://localhost:1"


def test_ids_are_shortened() -> None:
    """The id of an installation is nobody's business; what begins alike is still seen to be the same."""
    text = "installation 0f8fad5b-d9cb-469f-a165-70867728950e"
    assert redact(text, [], Path("/sandbox")) == "installation 0f8fad5b..."


def test_the_home_directory_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose account the checks ran under is nobody's business; longer names that begin alike stay."""
    monkeypatch.setattr(redaction, "HOME", Path("/home/ada"))
    text = "no such file: /home/ada/.acme and file:///home/ada, /home/adam, /mnt/home/ada"
    assert redact(text, [], Path("/sandbox")) == (
        "no such file: <home>/.acme and file://<home>, /home/adam, /mnt/home/ada"
    )


def exchange(number: int, status: int) -> Exchange:
    """A request to the token endpoint, answered with this status."""
    return Exchange(
        number, "token", "refresh_token", "acme", "POST", "/token", (), b"", {}, status, (), b"", "", (), 0.0, 0.0, 0.0
    )


def test_a_storm_is_told_in_few_lines() -> None:
    """What comes again and again is counted; what differs is shown."""
    seen = [*(exchange(number, 503) for number in range(1, 25)), exchange(25, 200)]
    outcome = Outcome("use", ("acme", "use"), exit_code=1, exchanges=tuple(seen))
    lines = [line.strip() for line in render_evidence(steps_of([outcome], Path("/sandbox"))).splitlines()]
    assert lines[2:] == [
        "#1 +0.00 s  POST /token (token[refresh_token]) -> 503",
        "#2 +0.00 s  POST /token (token[refresh_token]) -> 503",
        "#3 +0.00 s  POST /token (token[refresh_token]) -> 503",
        "... and 21 more like it, #4 to #24",
        "#25 +0.00 s  POST /token (token[refresh_token]) -> 200",
    ]


def test_the_time_since_an_earlier_sign_in_is_not_told() -> None:
    """A sign-in that was put back was over long before: the commands of this case follow it at once."""
    login, first, second = (exchange(number, 200) for number in (1, 2, 3))
    signed_in = Outcome("login", ("acme", "login"), exit_code=0, exchanges=(login,), earlier=True)
    used = Outcome("use", ("acme", "use"), exit_code=0)
    later = (first._replace(monotonic=90.0), second._replace(monotonic=90.5))
    steps = steps_of([signed_in, replace(used, exchanges=later)], Path("/sandbox"))
    assert [asked.at for step in steps for asked in step.exchanges] == [0.0, 0.0, 0.5]
    waited = steps_of([replace(signed_in, earlier=False), replace(used, exchanges=later)], Path("/sandbox"))
    assert [asked.at for step in waited for asked in step.exchanges] == [0.0, 90.0, 90.5]

"""Whatever a client prints, and whatever its files are called: reports are written, and nobody is fooled by them."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider.errors import LoginFailed
from pytest_auth_provider.outcome.outcome import Outcome
from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.profile import Observation, Profile
from pytest_auth_provider.report.evidence import render_evidence
from pytest_auth_provider.report.forms.markdown import block, code, inert
from pytest_auth_provider.report.forms.writers import write_report
from pytest_auth_provider.report.profiles import redacted
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.steps import Asked, Step, steps_of
from pytest_auth_provider.report.terminal.failures import describe
from pytest_auth_provider.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.project import Project

HOSTILE = "a\x1b]0;title\x07b\x1b[2Jc\u202ed\udcff\r\x85\u2028e\x00f\u200b\ufeff\U000e0041"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
ROW = Row(
    contract="house/manners",
    title="A client is polite.",
    level="MUST",
    source="House rules",
    requirement="Be polite.",
    origin="",
    client="tool",
    version="1",
    verdict=Verdict.BROKEN,
)
NOT_UTF8 = r"""
import os, sys
if sys.argv[1] == "login":
    print("\x1b]0;owned\x07\x1b[31mred\x1b[0m \u202etxt.exe", "```", "![x](http://evil.example/)", sep="\n")
    os.close(os.open(os.fsencode(os.environ["HOME"]) + b"/\xff\n#1 kept", os.O_CREAT | os.O_WRONLY, 0o644))
"""


def test_what_is_unseen_becomes_visible() -> None:
    """Each as an escape; text, tabs, ends of lines, emoji and other scripts stay, and colours are left out."""
    assert printable(HOSTILE) == (
        "a\\x1b]0;title\\x07b\\x1b[2Jc\\u202ed\\udcff\\x0d\\x85\\u2028e\\x00f\\u200b\\ufeff\\U000e0041"
    )
    plain = "Zwölf Boxkämpfer\t\n日本語 👩\u200d💻 \u0646\u200c\u062e └──"
    assert printable(plain) == plain
    assert printable("\x1b[1;31mred\x1b[0m\r\n") == "red\n"
    assert in_one_line("a\nb") == "a\\nb"


@pytest.mark.parametrize("ending", [".har", ".html", ".json", ".md", ".sarif"])
def test_every_report_is_written_whatever_a_row_holds(tmp_path: Path, ending: str) -> None:
    """In every field, with every kind of text."""
    fields = {name: HOSTILE for name, value in vars(ROW).items() if type(value) is str and name not in ("level",)}
    shown = in_one_line(HOSTILE)  # as `steps_of` makes them
    exchange = Asked(1, "token", shown, shown, shown, 200, 0.0, 0.0, shown, shown, (shown,), shown)
    step = Step(shown, shown, (shown,), (shown,), (shown,), (exchange,), (shown,))
    lists = {"proof": (HOSTILE,), "notes": (HOSTILE,), "steps": (step,)}
    row = replace(ROW, **fields, **lists, verdict=Verdict.BROKEN, began=1.0)  # type: ignore[arg-type]
    path = tmp_path / f"report{ending}"
    profile = redacted(Profile(HOSTILE, HOSTILE, HOSTILE, {"pkce": Observation((HOSTILE,), HOSTILE)}), "", tmp_path)
    write_report(path, [row, ROW], [HOSTILE], [profile])
    text = path.read_text(encoding="utf-8")
    assert not UNSEEN.search(text)
    assert "House rules" in text or ending == ".har"  # which has no more than exchanges
    if ending not in (".html", ".md"):
        assert not any(map(UNSEEN.search, _texts(json.loads(text))))
    assert not UNSEEN.search(describe(row))


def _texts(value: object) -> Iterator[str]:
    """Every text within JSON values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.items() for part in each for text in _texts(part))
    elif isinstance(value, list):
        yield from (text for each in value for text in _texts(each))


def test_a_report_that_cannot_be_written_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing beside it; a report is never half of one."""
    path = tmp_path / "report.md"
    path.write_text("the one before")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_report(path, [ROW])
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.md", "the one before")]


def test_a_report_goes_where_it_went_before(tmp_path: Path) -> None:
    """Into the file that a link leads to, with the permission bits that it has."""
    target, link = tmp_path / "kept.md", tmp_path / "report.md"
    target.touch(mode=0o640)
    link.symlink_to(target)
    write_report(link, [ROW])
    assert link.is_symlink()
    assert target.read_text().startswith("# Verdicts")
    assert target.stat().st_mode & 0o777 == 0o640


def test_no_text_of_a_client_is_markup() -> None:
    """It cannot end the block it is shown in, nor load a picture."""
    fence, *_lines, _again, _blank = block("x\n`````\n# kept")
    assert fence == "``````text"
    assert inert("ask @octocat, ada@example.org") == "ask @<!-- -->octocat, ada@example.org"
    assert code("a`<b>") == "`a'<b>`"
    assert inert("<img src=x> ![x](http://e) &lt;") == "&lt;img src=x> ![x]\\(http://e) &amp;lt;"


def test_programs_in_evidence_have_no_way_to_them(tmp_path: Path) -> None:
    """Where they lie is this machine's own business, also behind another program."""
    program = tmp_path / "acme"
    program.touch()
    outcome = Outcome("use", (sys.executable, str(program), "/no/file", "--x\n$ fake"), 0, stdout="a\x0bb\x07\n")
    first, _ending, *printed = render_evidence(steps_of([outcome], Path("/sandbox"))).splitlines()
    assert first == f"$ {Path(sys.executable).name} acme /no/file '--x\\n$ fake'"
    assert printed == ["  stdout | a\\x0bb\\x07"]


def test_our_messages_are_printable() -> None:
    """Those that show what a client printed, too: pytest writes them to the terminal as they are."""
    outcome = Outcome("login", ("tool",), 1, stderr=HOSTILE)
    assert not UNSEEN.search(str(LoginFailed(HOSTILE, outcome.describe())))


def test_a_profile_tells_nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line and the output of a login that failed go into every report."""
    problem = f"it failed\n$ /opt/acme/bin/acme login\n    see /opt/acme/etc, {sys.prefix}/x, {'t' * 100}"
    profile = redacted(Profile("acme", problem=problem), "/opt/acme/bin/acme", Path("/sandbox"))
    assert profile.problem == (
        f"it failed\n$ <environment>/bin/acme login\n    see <environment>/etc, <environment>/x, {'t' * 12}...{'t' * 6}"
    )


def test_a_whole_run_with_a_hostile_client(project: Project) -> None:
    """Its table is printed and its reports are written; what it printed is shown, and drives nothing."""
    project.contract(
        "manners", "from auth_scenarios.verify import must\nmust(not auth_client.attempt_login(), 'a', 'b')"
    )
    project.client(script=NOT_UTF8)
    result = project.check("--auth-report=report.md", "--auth-report=report.json")
    printed = "\n".join(result.outlines)
    assert "report written to report.md" in printed
    assert not re.search("[\x07\u202e]|\x1b\\]", printed)
    report = (project.path / "report.md").read_text(encoding="utf-8")
    assert "| **broken** | `house/manners`" in report
    assert "stdout | \\x1b]0;owned\\x07red \\u202etxt.exe" in report
    assert json.loads((project.path / "report.json").read_text())["verdicts"]


def test_a_login_that_fails_is_shown_without_paths(project: Project) -> None:
    """What the preflight saw is redacted in the report as in the terminal."""
    project.contract("manners")
    script = "import os, sys; print(os.environ['HOME'], sys.executable, '\\x07'); sys.exit(3)"
    project.client(script=script)
    result = project.check("--auth-report=report.json", profiled=True)
    (profile,) = json.loads((project.path / "report.json").read_text())["profiles"]
    assert "did not sign in: expected exit code 0, got 3" in profile["problem"]
    for text in (profile["problem"], "\n".join(project.section(result))):
        assert "<sandbox>" in text
        assert "\\x07" in text
        assert "/auth-provider-" not in text
        assert sys.prefix not in text

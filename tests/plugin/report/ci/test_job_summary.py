"""The summary of a job: what it says, that it fits, and that no text of a client is markup in it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.ci.job_summary import LIMIT, render_summary
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.verdict import Verdict

ROW = Row(
    contract="house/manners",
    title="A client is polite.",
    level="MUST",
    source="House rules",
    requirement="Be polite.",
    origin="",
    client="tool",
    version="1.2",
    verdict=Verdict.BROKEN,
    reason="Expected: please\nActual:   hello",
    expected="please",
    actual="hello",
    stated=True,
    harm="Nobody answers.",
    evidence="$ tool say hello\n\n  exit code 0",
)
HOSTILE = (
    "</pre></td></details><img src=x onerror=y>\n\n# heading\n\n![p](http://evil.example/p.png) **bold** `code`"
    " | cell | [l](javascript:x)\n\n- item\n\n```\n<script>alert(1)</script>\n```\n&#10;&lt;b&gt;\x1b[2J\u202e\udcff"
)
OURS = {"br", "code", "details", "h3", "p", "pre", "strong", "summary", "table", "td", "th", "tr"}
"""The tags of a summary, none of which has an attribute."""


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        # As GitHub renders it: HTML is let through, and addresses in running text become links.
        self.feed(MarkdownIt("gfm-like").render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its attributes, of which ours have none."""
        self.tags.append(" ".join([tag, *(f"{name}={value}" for name, value in attrs)]))

    def handle_data(self, data: str) -> None:
        """Note text as a person reads it."""
        self.text += data


def test_what_it_says() -> None:
    """Counts of each client, and a row for whatever was not kept, the worst first."""
    rows = [
        replace(ROW, contract="house/advised", verdict=Verdict.ADVICE),
        replace(ROW, contract="house/kept", verdict=Verdict.KEPT),
        replace(ROW, contract="house/declared", verdict=Verdict.DEVIATION),
        replace(ROW, contract="house/unsure", verdict=Verdict.UNCHECKED, expected="", actual="", reason="no sign-in"),
        ROW,
        replace(ROW, client="other", version="", verdict=Verdict.KEPT),
    ]
    summary = render_summary(rows, ["Nobody named a client."], [Profile("third", problem="it cannot\nsign in")])
    page = Page(summary)
    assert page.tags.count("h3") == 3
    for text in ("auth provider: tool 1.2", "1 broken, 1 unchecked, 1 advice, 1 deviation, 1 kept", "1 kept"):
        assert text in page.text
    assert "Note: Nobody named a client." in page.text
    assert "it cannot\nsign in" in page.text
    assert re.findall(r"<td><strong>(\w+)</strong></td><td><code>([\w/]+)</code>", summary) == [
        ("broken", "house/manners"),
        ("advice", "house/advised"),
        ("unchecked", "house/unsure"),
    ]
    assert "<td>please</td><td>hello</td><td>Nobody answers.</td>" in summary
    assert "<td></td><td>no sign-in</td><td></td>" in summary
    assert "$ tool say hello\n\n  exit code 0" in page.text
    assert "house/kept" not in page.text


def test_no_text_of_others_is_markup() -> None:
    """In whatever field it stands, neither HTML nor Markdown is made of it, and all of it can be read."""
    fields = {name: HOSTILE for name, value in vars(ROW).items() if type(value) is str and name != "level"}
    hostile = replace(ROW, **fields)  # type: ignore[arg-type]  # texts alone
    page = Page(render_summary([hostile], [HOSTILE], [Profile(hostile.client, problem=HOSTILE)]))
    assert set(page.tags) == OURS
    assert page.tags.count("td") == 5
    assert page.tags.count("details") == 2
    assert "<img src=x onerror=y>" in page.text
    assert "**bold** `code` | cell |" in page.text
    assert "\\x1b[2J\\u202e\\udcff" in page.text


@pytest.mark.parametrize("room", [LIMIT, 20_000, 2_000, 700])
def test_it_fits(room: int) -> None:
    """A thousand broken contracts are cut between two parts, and a sentence says how many are missing."""
    rows = [replace(ROW, contract=f"house/{number}", evidence="ä" * 3000) for number in range(1000)]
    summary = render_summary(rows, [], [], room)
    assert len(summary.encode()) <= room
    page = Page(summary)
    (left,) = re.findall(r"(\d+) more parts are left out, as a summary holds 1 MiB at most\.", page.text)
    shown = page.tags.count("details") + page.tags.count("table") + page.tags.count("h3") + page.tags.count("p") - 1
    assert int(left) + shown == 1000 + 20 + 1 + 1
    assert summary.endswith("</p>\n\n")


def test_without_any_room_it_is_empty() -> None:
    """What stands in the file already is not spoiled."""
    assert render_summary([ROW], [], [], 10) == ""
    assert render_summary([ROW], [], [], -5) == ""


def test_one_long_story_is_cut_alone() -> None:
    """With a sentence, and the next one is whole again."""
    rows = [replace(ROW, evidence="x" * 100_000, actual="y" * 5000), replace(ROW, contract="house/next")]
    summary = render_summary(rows, [], [])
    assert len(summary) < 40_000
    assert "... cut off here." in summary
    assert "broken: house/next" in summary
    assert f"<td>{'y' * 600} ...</td>" in summary

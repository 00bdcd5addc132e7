"""The page as text: complete, in order, in one piece."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.forms.html.page import render_html
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.verdict import Verdict
from tests.support.document import Document
from tests.support.sample_run import row, sample_profiles, sample_rows

if TYPE_CHECKING:
    from tests.support.project import Project


def render(rows: list[Row], profiles: list[Profile] | None = None) -> str:
    """The page of these rows."""
    return render_html(rows, "2026-01-31", "0.1", ["Nothing is configured."], profiles or sample_profiles())


@pytest.fixture(scope="module")
def html() -> str:
    """The page of a run with every verdict."""
    return render(sample_rows())


@pytest.fixture(scope="module")
def document(html: str) -> Document:
    """Its elements."""
    return Document.of(html)


def test_the_worst_comes_first(document: Document) -> None:
    """Each verdict that is not kept has a part of its own, in the order of what a reader has to act on."""
    told = [element.attributes["data-verdict"] for element in document.named("article")]
    assert told == ["broken", "unstable", "unchecked", "stale-deviation", "advice", "advice", "deviation", "broken"]


def test_links_lead_somewhere(document: Document) -> None:
    """Every verdict of the matrix leads to what there is to say of it, and no place is there twice."""
    ids = document.values("id")
    assert len(ids) == len(set(ids))
    links = [link.attributes["href"] for link in document.named("a")]
    assert len(links) > len(sample_rows())
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert set(document.values("aria-labelledby")) <= set(ids)


def test_a_row_tells_everything(html: str, document: Document) -> None:
    """Requirement and source, what was expected and what happened, the harm, the evidence, and how to see it again."""
    text = "\n".join(element.text for element in document.elements)
    for said in (
        "The client must assume the token still exists.",
        "In our words: it is not called revoked.",
        "RFC 7009 2.2.1",
        "it fails",
        "it said revoked",
        "Somebody believes to be signed out and is not.",
        "$ acme logout",
        "ServerError(status=503)",
        "and 21 more like it",
        "removed .config/acme/session.json",
        "met once: revocation : ServerError(status=503)",
        "acme has no `logout`",
        "its login used the grant device_code",
        "Nothing is configured.",
        "2026-01-31",
        "pytest --auth-provider --auth-client acme --auth-contract revoke/ends-broken",
    ):
        assert said in text, said


def test_a_diagram_has_words(document: Document) -> None:
    """Who does not see it is told what it shows: commands, exchanges with their faults, endings and files."""
    (title, *_others), (story, *_more) = document.named("title")[1:], document.named("desc")
    assert title.text.strip() == "What acme did under revoke/ends-broken"
    assert story.text.startswith("acme logout: exit code 0 after 0.3 s. At 0.00 s GET /.well-known/")
    assert "POST /revoke (revocation) -> 503  fault: ServerError(status=503), and 21 more like it." in story.text
    assert story.text.strip().endswith("It removed .config/acme/session.json. acme status: exit code 1 after 0.1 s.")


def test_what_happened_offline(html: str) -> None:
    """Case by case: whether the client went on, warned, and what the API saw, under which policy."""
    section = html.partition('<section id="offline"')[2].partition("</section>")[0]
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", section)).split())
    assert "Policy offline: best_effort, declared." in text
    assert (
        "refused met once: Refused() use went on : exit code 0 after 0.2 s. It warned . "
        "It said that its token was not checked. GET /api/things (api) -> 200 nothing kept"
    ) in text
    assert "1 of these contracts do not apply to acme" in text


def test_it_is_whole(html: str, document: Document) -> None:
    """Nothing is loaded, and its policy would let nothing in; no element has a style or a script of its own."""
    (policy,) = [e.attributes["content"] for e in document.named("meta") if "http-equiv" in e.attributes]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert document.values("src") == []
    assert set(document.values("href")) - {"data:,"} == {v for v in document.values("href") if v.startswith("#")}
    assert not [name for e in document.elements for name in e.attributes if name.startswith("on") or name == "style"]
    assert not re.search(r"url\(|@import|https?://", html)


def test_it_can_be_read_aloud(document: Document) -> None:
    """A language, landmarks, headings without gaps, and headers of tables that say what they are for."""
    assert document.named("html")[0].attributes["lang"] == "en"
    for landmark in ("header", "nav", "main"):
        assert len(document.named(landmark)) == 1
    levels = [int(element.name[1]) for element in document.named("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all("scope" in element.attributes for element in document.named("th"))
    assert all(
        element.attributes.get("aria-hidden") or element.attributes.get("role") for element in document.named("svg")
    )


def test_rows_of_older_reports(html: str) -> None:
    """Without what was done as values there is the evidence as text, and no diagram."""
    old = replace(row("revoke/old", Verdict.BROKEN), steps=())
    told = render([old])
    assert "$ acme logout" in told
    assert 'class="diagram"' not in told
    assert 'class="diagram"' in html


def test_a_run_of_nothing(html: str) -> None:
    """A client that cannot sign in has no rows, and its problem is told."""
    told = render([], [Profile("acme", problem="it printed\nno such host")])
    assert "cannot sign in" in told
    assert "no such host" in told


def test_a_big_run_is_a_small_page() -> None:
    """259 contracts, 60 of them broken, each with as much to tell as a row can have."""
    full = row("storage/name", Verdict.BROKEN)
    long = replace(full.steps[0].exchanges[1], sent="s" * 160, answered="a" * 160, more=0)
    step = replace(full.steps[0], exchanges=(long,) * 12, stdout=("o" * 80,) * 12)
    broken = [replace(full, contract=f"storage/name-{n}", steps=(step,) * 2, evidence="e" * 6000) for n in range(60)]
    others = [row(f"refresh/other-{n}", Verdict.KEPT if n % 2 else Verdict.NOT_APPLICABLE) for n in range(199)]
    assert len(render([*broken, *others]).encode()) < 1_500_000


def test_a_run_that_writes_it(project: Project) -> None:
    """The ending of the name asks for it."""
    project.contract("manners", "from auth_scenarios.verify import must\nmust(False, 'please', 'hello')")
    project.client()
    result = project.check("--auth-report=report.html")
    assert "report written to report.html" in "\n".join(result.outlines)
    page = (project.path / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert 'id="tool.house.manners"' in page
    assert "house/manners" in page

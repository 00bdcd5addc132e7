"""Whatever clients print, and whatever their files are called: on the page it is text, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_auth_provider.profile import Observation, Profile
from pytest_auth_provider.report.cases import Case, Conduct
from pytest_auth_provider.report.forms.html.page import render_html
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.steps import Asked, Step
from pytest_auth_provider.verdict import Verdict
from tests.support.document import Document
from tests.support.person import Person
from tests.support.sample_run import row, sample_rows

WritePage = Callable[[Sequence[Row]], str]

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "</title></desc></svg><iframe src=javascript:alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "]]>--><!-- <a href=//evil.example/>",
    "&lt;b&gt;",
]


def hostile_row(text: str, verdict: Verdict) -> Row:
    """A row whose every text is this one."""
    texts = {name: text for name, value in vars(row("a/b")).items() if type(value) is str and name != "level"}
    asked = Asked(1, text, text, text, text, 500, 0.0, 0.0, text, text, (text,), text, ((text, text),), ((text, text),))
    step = Step(text, text, (text,), (text,), (text,), (asked,), (text,))
    conduct = Conduct(text, text, True, (text,), (text,), (text,))
    return replace(
        row("a/b"),
        **{**texts, "contract": f"offline/{text}"},  # type: ignore[arg-type]  # all of them are texts
        verdict=verdict,
        proof=(text,),
        notes=(text,),
        stated=True,
        steps=(step,),
        cases=(Case(text, str(verdict), text, (text,), (conduct,)),),
    )


def hostile_page(text: str) -> str:
    """A page in which this text is everywhere."""
    rows = [hostile_row(text, verdict) for verdict in Verdict]
    profile = Profile(text, text, text, {"pkce": Observation((text,), text)}, {text: 1.0}, (text,))
    return render_html(rows, text, text, [text], [profile])


def shape(html: str) -> list[tuple[str, frozenset[str]]]:
    """The elements of a page, and which attributes they have, whatever stands in them."""
    return [(element.name, frozenset(element.attributes)) for element in Document.of(html).elements]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup(text: str) -> None:
    """Whatever the texts are, the page has the elements and attributes that it has with a word as long."""
    page = hostile_page(text)
    assert shape(page) == shape(hostile_page("w" * len(text)))
    assert len(Document.of(page).named("script")) == 1
    assert all(link.startswith("#") for link in Document.of(page).values("href") if link != "data:,")


def test_every_text_is_shown() -> None:
    """It is not lost either: it stands there as it is, in the title of a diagram and in the name of a case."""
    told = Document.of(hostile_page(HOSTILE[0]))
    for name in ("title", "desc", "text", "th", "pre", "code", "li", "dd", "blockquote", "option"):
        assert any(HOSTILE[0] in element.text for element in told.named(name)), name


def test_nothing_is_hidden(write_page: WritePage) -> None:
    """Marks that turn text around, and codes for terminals, are written out."""
    address = write_page([hostile_row("\u202eexe.txt\x1b]0;title\x07\u2066", Verdict.BROKEN)])
    page = Path(address.removeprefix("file://")).read_text(encoding="utf-8")
    assert "\\u202eexe.txt\\x1b]0;title\\x07\\u2066" in page
    assert not any(mark in page for mark in "\u202e\u2066\x1b\x07")


def test_nothing_runs(person: Person, write_page: WritePage) -> None:
    """A browser that opens such a page loads nothing, runs nothing, and complains about nothing."""
    person.go(
        write_page([*(replace(hostile_row(text, Verdict.BROKEN), client=text) for text in HOSTILE), *sample_rows()])
    )
    assert person.chrome.execute_script("return document.scripts.length") == 1
    assert person.chrome.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert HOSTILE[0] in person.text
    person.type("Text", "<script>")
    person.reads(" verdicts shown", "#shown")

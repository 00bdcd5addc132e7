"""A badge is an image that tells the truth, to everybody, wherever it is shown."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.saved.badge import badge
from pytest_auth_provider.report.saved.reading import ReportError
from pytest_auth_provider.verdict import Verdict
from tests.support.reports import ROW, report, row

SVG = "{http://www.w3.org/2000/svg}"
GREEN, RED, GREY = "#1a7f37", "#b62324", "#59636e"


def drawn(*verdicts: Verdict) -> ElementTree.Element:
    """The badge of a client with these verdicts."""
    rows = (row(f"house/{number}", verdict) for number, verdict in enumerate(verdicts))
    return ElementTree.fromstring(badge(report(*rows)))  # noqa: S314 - we wrote it


def texts(svg: ElementTree.Element) -> list[str]:
    """What stands in a badge, from left to right."""
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def colour(svg: ElementTree.Element) -> str:
    """The colour of its right side."""
    return next(svg.iter(f"{SVG}path")).attrib["fill"]


def test_it_counts_what_was_judged() -> None:
    """What is good first; what does not apply is no merit."""
    svg = drawn(Verdict.BROKEN, Verdict.KEPT, Verdict.KEPT, Verdict.NOT_APPLICABLE, Verdict.ADVICE)
    assert texts(svg) == ["sign-in contracts", "2 kept, 1 broken, 1 advice"]
    title = "sign-in contracts of tool 1.0: 2 kept, 1 broken, 1 advice"
    assert (svg.findtext(f"{SVG}title"), svg.attrib["role"], svg.attrib["aria-label"]) == (title, "img", title)
    assert colour(svg) == RED


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((Verdict.KEPT,), GREEN),
        ((Verdict.KEPT, Verdict.NOT_APPLICABLE), GREEN),
        ((Verdict.BROKEN, Verdict.UNCHECKED), RED),
        ((Verdict.NOT_APPLICABLE,), GREY),
        ((), GREY),
    ],
)
def test_the_worst_verdict_colours_it(verdicts: tuple[Verdict, ...], expected: str) -> None:
    """Nothing checked is neither good nor bad."""
    rows = [row(f"house/{number}", verdict) for number, verdict in enumerate(verdicts)]
    svg = ElementTree.fromstring(badge(report(*rows, profiles=(Profile("tool"),))))  # noqa: S314 - we wrote it
    assert colour(svg) == expected
    assert texts(svg)[1] == "nothing checked" if expected == GREY else texts(svg)[1] != "nothing checked"


def test_a_client_that_cannot_sign_in_is_not_green() -> None:
    """Whatever else the report has of it."""
    svg = ElementTree.fromstring(badge(report(ROW, profiles=(Profile("tool", problem="exit code 3"),))))  # noqa: S314
    assert (texts(svg)[1], colour(svg)) == ("cannot sign in", RED)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_everybody_can_read_it(verdict: Verdict) -> None:
    """White letters on either side have the contrast of WCAG 2.2 1.4.3."""
    svg = drawn(verdict)
    for behind in (colour(svg), next(svg.iter(f"{SVG}rect")).attrib["fill"]):
        assert 1.05 / (luminance(behind) + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """The relative luminance of a colour, by the formula of WCAG 2.2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_foreign_text_is_no_markup_and_no_reference() -> None:
    """Neither the label, nor the name of a client and its version; no address is in it but that of SVG."""
    hostile = '</text><script>alert(1)</script>&x; " \x00\ufffe\ud800\n'
    text = badge(report(replace(ROW, client=hostile, version=hostile)), label=hostile)
    text.encode("utf-8")
    svg = ElementTree.fromstring(text)  # noqa: S314 - we wrote it
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} == {"svg", "title", "rect", "path", "g", "text"}
    assert texts(svg)[0].startswith("</text><script>")
    assert re.findall(r"https?:[^\"]*|url\(|href|@import", text) == ["http://www.w3.org/2000/svg"]


def test_a_long_text_does_not_make_it_endless() -> None:
    """It ends with three dots."""
    svg = ElementTree.fromstring(badge(report(ROW), label="x" * 500))  # noqa: S314 - we wrote it
    assert texts(svg)[0] == "x" * 57 + "..."
    assert int(svg.attrib["width"]) < 600


def test_of_several_clients_one_is_named() -> None:
    """A badge is about one."""
    other: Row = replace(ROW, client="acme", verdict=Verdict.BROKEN)
    both = report(ROW, other)
    assert "acme 1.0: 1 broken" in badge(both, "acme")
    with pytest.raises(
        ReportError, match=r"several clients: tool, acme\. Name one with --client; a badge is about one"
    ):
        badge(both)
    with pytest.raises(ReportError, match='--client tol: the report has no client "tol"; did you mean "tool"'):
        badge(both, "tol")
    with pytest.raises(ReportError, match="the report has no client; a badge is about one"):
        badge(report())

"""The Markdown report tells what is not kept first, each thing once, and renders as what it says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pytest_auth_provider.profile import Observation, Profile
from pytest_auth_provider.report.forms.markdown_report import render_markdown
from pytest_auth_provider.report.profiles import redacted
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.steps import Step
from pytest_auth_provider.verdict import Verdict
from tests.plugin.report.made import login, row, use

OURS = re.compile(r"</?details>|<summary>[^<]*</summary>|<!-- -->|\s")
"""The elements of a report."""


def render(*rows: Row, profiles: tuple[Profile, ...] = ()) -> str:
    """The report of these rows."""
    return render_markdown(rows, "2026-01-31", "0.1.0", (), profiles)


def tokens(text: str) -> list[Token]:
    """What a renderer of the kind that GitHub uses makes of it, inline parts included."""
    found = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [part for token in found for part in (token, *(token.children or ()))]


def sections(text: str) -> dict[str, str]:
    """The sections of contracts by their headings."""
    return dict(part.split("\n", 1) for part in text.split("\n### ")[1:])


def test_what_is_broken_comes_first() -> None:
    """Before advice, whatever its id; the table has nothing that is kept or does not apply."""
    text = render(
        row("a/advice", Verdict.ADVICE),
        row("b/broken", Verdict.BROKEN),
        row("c/kept", Verdict.KEPT),
        row("d/away", Verdict.NOT_APPLICABLE, reason="no logout"),
        row("e/away", Verdict.NOT_APPLICABLE, reason="no logout"),
    )
    assert re.findall(r"^\| \*\*(\w+)\*\* \| `(\S+)`", text, re.MULTILINE) == [
        ("broken", "b/broken"),
        ("advice", "a/advice"),
    ]
    assert list(sections(text)) == ["broken: b/broken", "advice: a/advice"]
    assert "1 broken, 1 advice, 1 kept, 2 not applicable" in text
    assert "<summary>1 kept</summary>\n\n- `c/kept` (MUST): What c/kept promises.\n\n</details>" in text
    assert "<summary>2 not applicable</summary>\n\n- no logout: `d/away`, `e/away`\n\n</details>" in text


def test_a_client_that_keeps_everything() -> None:
    """There is no empty table."""
    text = render(row("c/kept", Verdict.KEPT))
    assert "Every contract that applies is kept." in text
    assert "|" not in text


def test_a_sign_in_is_told_once() -> None:
    """Though its numbers, times, ports and tokens are others each time; the second contract refers to the first."""
    text = render(
        row("a/one", Verdict.BROKEN, (login(1), use(503))),
        row("b/two", Verdict.BROKEN, (login(2, "9XyZabcd...77Qw"), use(400))),
    )
    assert text.count("$ acme login") == 1
    second = sections(text)["broken: b/two"]
    assert "The first command did the same as under `a/one`." in second
    assert "$ acme use" in second
    assert "-> 400" in second


def test_a_sign_in_that_was_put_back_is_the_same() -> None:
    """And one that prints its lines in another order, as maps of some languages do."""
    first, again = replace(login(1), stdout=("a = 1", "b = 2")), replace(login(2), stdout=("b = 2", "a = 1"))
    again = replace(again, ending="exit code 0 after 3.4 s in an earlier case, put back (2.0 s of waits were skipped)")
    text = render(row("a/one", Verdict.BROKEN, (first,)), row("b/two", Verdict.BROKEN, (again,)))
    assert text.count("$ acme login") == 1


def test_what_differs_is_told() -> None:
    """By a status, a fault, an exit code, a word that was printed: each makes another command of it."""
    first = row("a/one", Verdict.BROKEN, (use(503),))
    for other in (
        use(400),
        use(503, faults=("ServerError(503)",)),
        use(503, note="no such client"),
        use(503, more=3),
        login(1),
    ):
        assert "the same as under" not in render(first, row("b/two", Verdict.BROKEN, (other,)))
    same = render(first, row("b/two", Verdict.BROKEN, (use(503, number=77),)))
    assert "The first command did the same as under `a/one`." in sections(same)["broken: b/two"]
    assert "```text\n$" not in sections(same)["broken: b/two"]


def test_the_longest_beginning_is_referred_to() -> None:
    """Of several contracts that began alike, the one that has most in common; one client's is not another's."""
    text = render(
        row("a/one", Verdict.BROKEN, (login(1), use(503))),
        row("b/two", Verdict.BROKEN, (login(2), use(400), use(503))),
        row("c/three", Verdict.BROKEN, (login(3), use(400), use(200))),
        row("a/one", Verdict.BROKEN, (login(4),), client="other"),
    )
    assert "The first 2 commands did the same as under `b/two`." in sections(text)["broken: c/three"]
    assert text.count("$ acme login") == 2


def test_a_report_of_an_earlier_version_has_its_evidence() -> None:
    """It was text only."""
    text = render(row("a/one", Verdict.BROKEN, evidence="$ acme login"))
    assert "<summary>What the client did</summary>\n\n```text\n$ acme login\n```\n\n</details>" in text


def test_folds_are_elements_and_what_is_in_them_is_markdown() -> None:
    """Each is opened and closed; code, tables, lists and headings are what they look like."""
    profile = Profile("acme", "1.2", "", {"pkce": Observation(("S256",), "its request has a code_challenge")})
    rows = [row(f"a/{verdict.name.lower()}", verdict, (login(1), use(503))) for verdict in Verdict]
    found = tokens(render(*rows, profiles=(profile,)))
    html = "".join(token.content for token in found if token.type.startswith("html"))
    assert html.count("<details>") == html.count("</details>") == 3 + 6
    assert OURS.sub("", html) == ""
    kinds = {token.type for token in found}
    assert {"table_open", "bullet_list_open", "blockquote_open", "fence", "heading_open"} <= kinds
    fences = [token.level for token in found if token.type == "fence"]
    assert fences == [0] * (6 + 1)  # reasons, and what was done once


def test_no_foreign_text_is_markup() -> None:
    """Whatever it is written into: no link, no picture, no element, and no fold ends early."""
    evil = "</details>\n\n# kept\n```\n![x](http://evil.example/) [a](b) <img src=x> @octocat | x"
    step = Step(evil, evil, (evil,), (evil,), (), (), (evil,))
    fields = dict.fromkeys(("title", "source", "requirement", "reason", "harm", "variants", "level"), evil)
    rows = [row(f"{evil}{verdict}", verdict, (step,), **fields) for verdict in Verdict]
    noted = row("a/noted", Verdict.KEPT, notes=(evil,))
    seen = Profile("acme", "1.2", "", {"pkce": Observation((evil,), evil)}, contradictions=(evil,))
    profile = redacted(seen, "", Path("/sandbox"))
    found = tokens(render(*rows, noted, profiles=(profile,)))
    html = "".join(token.content for token in found if token.type.startswith("html"))
    assert OURS.sub("", html) == ""
    assert html.count("<details>") == html.count("</details>")
    assert not {"image", "link_open"} & {token.type for token in found}
    assert not [token for token in found if token.type == "inline" and token.content == "kept"]

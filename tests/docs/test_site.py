"""The pages that are made for the site say what the code says; `mkdocs build --strict` (.ci/run) checks their links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from docs.site import markdown
from docs.site.contracts import Contract, Contracts
from docs.site.documents import clauses
from docs.site.pages import contract_pages, contributing_pages, source_pages
from docs.site.reading import contract_functions, read
from docs.site.reference import settings_page
from docs.site.verdicts import published
from fakeprovider.settings import CHECKS
from pytest_auth_provider import catalogue

SECTIONS = [
    "What it asks",
    "Why",
    "How it is checked",
    "How tools break it",
    "How the reference client keeps it",
    "When it applies",
    "Run only this one",
]


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    """All contracts, read once."""
    return Contracts()


@pytest.fixture(scope="module")
def pages(contracts: Contracts) -> Mapping[str, str]:
    """The pages about contracts, by path."""
    return dict(contract_pages(contracts))


def test_every_contract_has_a_page(pages: Mapping[str, str]) -> None:
    """Each page has every section, and what is optional besides."""
    for contract in catalogue.ids():
        sections = re.findall(r"^## (.+)$", pages[f"contracts/{contract}.md"], re.MULTILINE)
        assert [section for section in sections if section in SECTIONS] == SECTIONS, contract


def test_every_contract_is_listed_by_family_and_by_document(pages: Mapping[str, str], contracts: Contracts) -> None:
    """A contract that stands on two documents is on the pages of both."""
    for contract in contracts.all:
        assert f"(../{contract.id}.md)" in pages[f"contracts/{contract.scenario.family}/index.md"]
    [twice] = [contract for contract in contracts.all if contract.id == "refresh/lost-answer"]
    assert [clause.document for clause in twice.clauses] == ["RFC 9700", "openai/codex#15530"]
    for name in ("rfc-9700", "openai-codex-15530"):
        assert f"(../{twice.id}.md)" in pages[f"contracts/documents/{name}.md"]


def test_what_runs_one_contract_runs_no_other(contracts: Contracts) -> None:
    """The options on a page select exactly its contract, as pytest reads them."""
    for contract in contracts.all:
        assert selected_by(contract) == [contract.id]


def selected_by(contract: Contract) -> list[str]:
    """Return the contracts that the options of a page select: `-k` looks for parts of names."""
    family, expression = re.fullmatch(r'--auth-family (\w+) -k "?([^"]+)"?', contract.selection).groups()  # type: ignore[union-attr]  # the test fails where it does not fit
    wanted, *unwanted = expression.split(" and not ")
    functions = {name: f"test_{name.partition('/')[2].replace('-', '_')}" for name in catalogue.ids()}
    return [
        name
        for name, function in functions.items()
        if name.startswith(f"{family}/") and wanted in function and not any(other in function for other in unwanted)
    ]


def test_faults_are_found_in_what_a_scenario_is_made_of() -> None:
    """In its body, in its parameters, and in a table of its module."""
    functions = contract_functions()
    assert read(functions["revoke/5xx-is-never-revoked"]).faults == ("ServerError", "HtmlPage")
    assert "Stall" in read(functions["offline/strict-refuses"]).faults


def test_reasons_and_keys_are_found_in_helpers() -> None:
    """What a helper refuses, and the key that it looks at, belong to the contract."""
    reading = read(contract_functions()["session/explicit-token-is-the-only-one"])
    assert "token_variable" in reading.keys
    assert "mytool declares no `token_variable`" in reading.reasons


def test_words_of_strangers_are_shown_and_nothing_else() -> None:
    """Markup, a cell's border and HTML in a title of an issue do nothing on a page."""
    shown = markdown.thread("a/b#1: <script>x</script> | [here](http://x) *bold*")
    assert shown.startswith("[a/b\\#1](https://github.com/a/b/issues/1): &lt;script&gt;")
    assert "\\|" in shown
    assert "\\[here\\]" in shown
    assert "\\*bold\\*" in shown


def test_ids_become_links_in_sentences_alone() -> None:
    """In a block, in a link and where nobody knows the name, everything stays as it is."""
    page = "`a/b` and [`a/b`](x.md), `c/d`\n\n```text\n`a/b`\n```\n"
    expected = "[`a/b`](to.md) and [`a/b`](x.md), `c/d`\n\n```text\n`a/b`\n```\n"
    assert markdown.with_links(page, {"a/b": "to.md"}) == expected


def test_clauses_lead_to_where_they_are_published() -> None:
    """An RFC to its section, a thread to itself, custom to nothing."""
    first, second, third = clauses("RFC 7009 2.2.1; openai/codex#15530; custom among command-line tools")
    assert first.address == "https://www.rfc-editor.org/rfc/rfc7009#section-2.2.1"
    assert second.address == "https://github.com/openai/codex/issues/15530"
    assert third.address == ""


def test_published_verdicts_are_those_of_real_tools(tmp_path: Path) -> None:
    """Our own clients are left out, and a page that is no report is passed over."""
    row = "| **broken** | `revoke/never-raises` (html) | MUST | It ends. | RFC 7009 2.2 |\n"
    (tmp_path / "gh-2.md").write_text(f"## gh 2.23.0\n\n{row}")
    (tmp_path / "reference-1.md").write_text(f"## reference 0.1.0\n\n{row}")
    (tmp_path / "README.md").write_text("# Real runs\n")
    [found] = published(tmp_path)["revoke/never-raises"]
    assert (found.client, found.version, found.verdict, found.page) == ("gh", "2.23.0", "broken", "gh-2.md")


def test_every_setting_of_a_provider_has_a_row() -> None:
    """The page of settings lists what a provider accepts."""
    assert set(re.findall(r"^\| `(\w+)` \|", settings_page()[1], re.MULTILINE)) == set(CHECKS)


def test_source_code_and_contributing_are_pages() -> None:
    """Each function of the reference client has a heading, and each part of CONTRIBUTING.md a page."""
    assert "## `is_confirmed`" in dict(source_pages())["sources/reference_client.revocation.md"]
    assert "# A new scenario\n" in dict(contributing_pages())["contributing/a-new-scenario.md"]

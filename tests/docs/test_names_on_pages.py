"""What a page names exists: options, commands, contracts, keys of an adapter, names to import, files."""

from __future__ import annotations

import dataclasses
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.site.reference import command_lines
from pytest_auth_provider import Adapter, catalogue
from pytest_auth_provider.adapters.file_format import NOT_IN_FILE
from pytest_auth_provider.plugin import add_options

ROOT = Path(__file__).parents[2]
DERIVED = {ROOT / "docs" / "catalogue.md", ROOT / "docs" / "api.md"}
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted({*(ROOT / "docs").rglob("*.md")} - {*(ROOT / "docs" / "results").glob("*-*.md")} - DERIVED),
]
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def code(page: Path) -> Iterator[str]:
    """Yield what stands on a page as code: the lines of its blocks, and what is between backticks."""
    text = page.read_text(encoding="utf-8")
    for _language, block in BLOCK.findall(text):
        yield from re.sub(r"\\\n\s*", " ", block).splitlines()
    yield from INLINE.findall(BLOCK.sub("", text))


def blocks(page: Path, language: str) -> list[str]:
    """Return the blocks of a page in one language."""
    return [block for name, block in BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


@each_page
def test_options_of_pytest_exist(page: Path) -> None:
    """Whatever begins with `--auth-` is one of our options."""
    parser = pytest.Parser(_ispytest=True)
    add_options(parser)
    known = {name for option in parser.getgroup("auth-provider").options for name in option.names()}
    named = {option for line in code(page) for option in re.findall(r"(?<![\w-])--auth-[a-z-]+", line)}
    assert named - known == set()


@each_page
def test_commands_and_their_options_exist(page: Path) -> None:
    """`auth-provider WORD` and `fakeprovider WORD` are commands, and what they are given are options of theirs."""
    for line in code(page):
        for program, word, rest in re.findall(r"(?:^|[$&] )(auth-provider|fakeprovider) ([a-z]\w*)([^|&]*)", line):
            parsers = command_lines()[program]
            assert word in parsers, f"`{line}`: {program} has no command {word}"
            given = set(re.findall(r"(?<!\S)--[a-z-]+", rest.partition(" -- ")[0]))
            assert given <= set(parsers[word]._option_string_actions), f"`{line}` names options that there are not"


@each_page
def test_contracts_exist(page: Path) -> None:
    """What looks like the id of a contract is one."""
    families = {contract.partition("/")[0] for contract in catalogue.ids()}
    found = {text for text in code(page) if re.fullmatch(r"[a-z]+/[a-z0-9-]+", text)}
    named = {text for text in found if text.partition("/")[0] in families}
    assert named - set(catalogue.ids()) == set()


@each_page
def test_keys_of_adapters_exist(page: Path) -> None:
    """A block of TOML with clients in it can be read, and its keys are those of an adapter."""
    keys = {field.name for field in dataclasses.fields(Adapter)} - set(NOT_IN_FILE)
    for block in blocks(page, "toml"):
        clients = tomllib.loads(block).get("clients", {})
        if isinstance(clients, dict):  # those of a provider's configuration are an array
            assert {key for client in clients.values() for key in client} <= keys, block


@each_page
def test_names_can_be_imported(page: Path) -> None:
    """What an example imports of our packages is there."""
    imports = re.compile(r"^\s*from ((?:fakeprovider|pytest_auth_provider|auth_scenarios)[\w.]*) import (.+)$", re.M)
    for block in [*blocks(page, "python"), *blocks(page, "text")]:
        for module, names in imports.findall(block):
            for name in re.findall(r"\w+", names.partition("#")[0]):
                assert hasattr(importlib.import_module(module), name), f"{module} has no {name}"


@each_page
def test_links_lead_to_files(page: Path) -> None:
    """Pages can be read on a code host, where those that are made for the site are not."""
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", BLOCK.sub("", page.read_text(encoding="utf-8"))):
        assert (page.parent / target).exists(), target


def test_every_option_of_a_command_says_what_it_does() -> None:
    """The page of commands has nothing to tell of an option without a help text."""
    silent = [
        f"{program} {name} {action.dest}"
        for program, parsers in command_lines().items()
        for name, parser in parsers.items()
        for action in parser._actions
        if not action.help
    ]
    assert silent == []

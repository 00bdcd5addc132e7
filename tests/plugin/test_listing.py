"""`--auth-list`: the contracts, and nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.project import Project


@pytest.mark.parametrize("more", [(), ("--auth-provider", "-n", "2", "tests")], ids=["alone", "with-others"])
def test_contracts_are_listed_and_nothing_runs(project: Project, more: tuple[str, ...]) -> None:
    """A line for each contract, of every package; whatever else was asked for, nothing is run."""
    project.write("tests/test_own.py", "def test_own(): raise SystemExit('it ran')")
    project.contract("politeness", facts='level="SHOULD"')
    result = project.run("--auth-list", *more)
    assert result.ret == 0
    lines = result.outlines
    assert lines[-1] == f"{len(lines) - 2} contracts"
    assert [" ".join(line.split()) for line in lines if line.startswith("house/")] == [
        "house/politeness SHOULD A client does what the rule says. (House rules 1.2)"
    ]
    assert any(line.startswith("revoke/never-raises") for line in lines)


def test_a_contract_that_cannot_be_imported_is_a_message(project: Project) -> None:
    """A mistake in a package of contracts is told with the module that has it."""
    project.contract("politeness", title='"""')
    result = project.run("--auth-list")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().startswith("ERROR: house_rules.house.test_politeness cannot be imported: SyntaxError: ")


def test_a_package_that_is_not_there_is_a_message(project: Project) -> None:
    """An entry point that leads nowhere is told, not skipped: contracts would be missing and nobody would know."""
    project.contract("politeness")
    project.forget_package()
    result = project.run("--auth-list")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().strip() == (
        'ERROR: an entry point of the group auth_provider_scenarios names "house_rules", which is no package'
    )


@pytest.mark.parametrize("option", ["--auth-list", "--auth-provider"])
def test_two_contracts_with_one_id_are_a_message(project: Project, option: str) -> None:
    """Two functions of one name in two files of a family: both places are told, and nothing is run."""
    project.contract("politeness")
    family = project.package / "house"
    (family / "test_manners.py").write_text((family / "test_politeness.py").read_text())
    result = project.run(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().strip() == (
        f'ERROR: two contracts have the id "house/politeness": {family / "test_manners.py"}:8 and '
        f"{family / 'test_politeness.py'}:8. The id is the name of the family and of the function; "
        "rename one of the two functions"
    )


def test_a_file_may_hold_several_contracts(project: Project) -> None:
    """Each function is a contract of its own, sorted by id, whatever the file is called."""
    project.contract("politeness")
    file = project.package / "house" / "test_politeness.py"
    file.write_text(file.read_text() + file.read_text().replace("def test_politeness", "def test_manners"))
    lines = project.run("--auth-list").outlines
    assert [line.split()[0] for line in lines if line.startswith("house/")] == ["house/manners", "house/politeness"]
    result = project.run("--auth-provider", "--collect-only", "-q", "-k", "house and manners")
    assert [line for line in result.outlines if line.startswith("house_rules")] == [
        "house_rules/house/test_politeness.py::test_manners[reference]"
    ]


def test_help_shows_the_options(project: Project) -> None:
    """`pytest --help` has them all in one group."""
    text = project.run("--help").stdout.str()
    group = text.partition("auth provider: contracts of command-line clients:")[2].partition("\n\n")[0]
    for option in ("--auth-provider", "--auth-client=NAME", "--auth-list", "--auth-strict", "--auth-report=FILE"):
        assert option in group

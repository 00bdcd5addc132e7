"""Which tests `pytest --auth-provider` runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.project import Project


def collected(project: Project, *arguments: str) -> set[str]:
    """The files of which `--collect-only` shows tests."""
    result = project.run("--auth-provider", "--collect-only", "-q", "-q", *arguments)
    assert result.ret == 0, result.stdout.str()
    return {line.partition(":")[0] for line in result.outlines if line.strip()}


def is_contracts_alone(files: set[str]) -> bool:
    """Contracts, under the names of their packages, and nothing else."""
    return bool(files) and all(file.startswith("auth_scenarios/") for file in files)


def test_an_empty_folder_is_enough(project: Project) -> None:
    """In an empty folder the contracts are collected, under the name of their package."""
    files = collected(project)
    assert is_contracts_alone(files)
    assert "auth_scenarios/revoke/test_failures.py" in files


def test_without_the_flag_nothing_is_added(project: Project) -> None:
    """Without the flag an empty folder has no tests."""
    result = project.run()
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "auth provider" not in result.stdout.str()


def test_the_tests_of_the_project_are_left_alone(project: Project) -> None:
    """A project's own tests do not run, though `testpaths` names them."""
    project.write("tests/test_own.py", "def test_own(): assert False")
    project.write("pytest.ini", "[pytest]\ntestpaths = tests")
    assert is_contracts_alone(collected(project))


def test_paths_named_beside_it_run_too(project: Project) -> None:
    """`pytest tests --auth-provider` runs both."""
    project.write("tests/test_own.py", "def test_own(): pass")
    files = collected(project, "tests")
    assert "tests/test_own.py" in files
    assert is_contracts_alone(files - {"tests/test_own.py"})


def test_a_test_named_beside_it_is_the_only_one_of_its_file(project: Project) -> None:
    """A node id can be named, too."""
    project.write("test_own.py", "def test_this(): pass\ndef test_that(): pass")
    result = project.run("--auth-provider", "--collect-only", "-q", "test_own.py::test_this")
    assert [line for line in result.outlines if line.startswith("test_own")] == ["test_own.py::test_this"]


def test_paths_in_addopts_are_not_named(project: Project) -> None:
    """Paths a project always runs, by `addopts`, are not among those the person named."""
    project.write("tests/test_own.py", "def test_own(): assert False")
    project.write("pytest.ini", "[pytest]\naddopts = tests")
    assert is_contracts_alone(collected(project))


def test_a_path_that_is_not_there_is_a_message(project: Project) -> None:
    """A mistyped path is what pytest says it is."""
    result = project.run("--auth-provider", "tets")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: file or directory not found: tets"])


HOSTILE = {
    "naming": """
        [pytest]
        python_files = check_*.py
        python_functions = check_*
        norecursedirs = * .*
        collect_imported_tests = false
        usefixtures = database
        addopts = --doctest-modules --doctest-glob=*.md
        """,
    "strict": """
        [pytest]
        addopts = --import-mode=importlib --strict-markers --strict-config -p no:cacheprovider -W error
        filterwarnings = error
        xfail_strict = true
        required_plugins = pytest-auth-provider>=0.0.1
        """,
}


@pytest.mark.parametrize("settings", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_settings_of_the_project_do_not_matter(project: Project, settings: str) -> None:
    """Whatever a project says about its own tests, the contracts run and keep their names."""
    project.write("pytest.ini", settings)
    project.contract("politeness", "auth_client.login()")
    project.client()
    result = project.check("-v")
    assert result.ret == 0, result.stdout.str()
    result.stdout.fnmatch_lines(["house_rules/house/test_politeness.py::test_politeness[[]tool[]] PASSED *"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(
            "pyproject.toml",
            "[tool.pytest.ini_options]\ntestpaths = ['tests']\npython_files = ['check_*.py']",
            id="pyproject.toml",
        ),
        pytest.param("tox.ini", "[pytest]\ntestpaths = tests\npython_files = check_*.py", id="tox.ini"),
    ],
)
def test_every_settings_file_will_do(project: Project, name: str, text: str) -> None:
    """It does not matter in which of pytest's files the settings are."""
    project.write(name, text)
    project.write("tests/check_own.py", "def test_own(): assert False")
    assert is_contracts_alone(collected(project))


def test_fixtures_of_the_project_do_not_reach_contracts(project: Project) -> None:
    """A root `conftest.py` with an `auth_client` of its own and an autouse fixture changes no contract."""
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture
        def auth_client():
            return "a Django client"

        @pytest.fixture(autouse=True)
        def no_network():
            raise RuntimeError("no network in this project")
        """,
    )
    project.write("test_own.py", "def test_own(auth_client): pass")
    project.contract("politeness", "auth_client.login()")
    project.client()
    result = project.run("--auth-provider", "-k", "house or test_own", ".")
    result.assert_outcomes(passed=1, errors=1)
    assert "kept  house/politeness  A client does what the rule says." in project.section(result)


def test_a_virtual_environment_inside_the_project_is_no_obstacle(project: Project) -> None:
    """Contracts that are installed below the project's own folder run, though pytest skips virtual environments."""
    project.contract("politeness", "auth_client.login()")
    project.client()
    environment = project.path / ".venv"
    (environment / "lib").mkdir(parents=True)
    (environment / "pyvenv.cfg").touch()
    site = environment / "lib" / "site-packages"
    project.move_site(site)
    result = project.check("-v")
    assert result.ret == 0, result.stdout.str()
    result.stdout.fnmatch_lines(["house_rules/house/test_politeness.py::test_politeness[[]tool[]] PASSED *"])

"""What looks as if it configured a client, and is read by nobody, is refused: nobody's tool is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.adapters.loader import unused
from pytest_auth_provider.adapters.overlooked import files_below, refuse_misplaced
from pytest_auth_provider.clients import AdapterError, known_clients

ACME = 'command = "acme"\nrun = { login = "login" }\n'
OURS = "this table is called [tool.auth-provider.clients.<name>]"


def complaint(root: Path) -> str:
    """What is said of the files in a directory."""
    with pytest.raises(AdapterError) as error:
        known_clients(root)
    return str(error.value)


@pytest.mark.parametrize(
    "name",
    ["auth_provider.toml", "authprovider.toml", ".auth-provider.toml", "Auth-Provider.toml", "auth-provider.yml"],
)
def test_a_file_of_nearly_our_name_is_refused(tmp_path: Path, name: str) -> None:
    """However it is misspelt, whoever wrote it meant us."""
    (tmp_path / name).write_text(f"[clients.acme]\n{ACME}")
    assert complaint(tmp_path) == f"{name}: is not read; the file for adapters is called auth-provider.toml"


@pytest.mark.parametrize("name", ["auth-provider.json", "auth-provider.md", "provider.toml", "auth-provider.toml.bak"])
def test_reports_and_other_files_are_left_alone(tmp_path: Path, name: str) -> None:
    """A report may be called after us, and the provider has a file of its own."""
    (tmp_path / name).write_text(f"[clients.acme]\n{ACME}")
    (tmp_path / "auth-provider").mkdir()
    assert "acme" not in known_clients(tmp_path)


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ("auth-provider.clients.acme", "auth-provider"),
        ("auth_provider.clients.acme", "auth_provider"),
        ("tool.auth_provider.clients.acme", "tool.auth_provider"),
        ("tool.authprovider.clients.acme", "tool.authprovider"),
        ("tool.pytest-auth-provider.clients.acme", "tool.pytest-auth-provider"),
    ],
)
def test_a_table_of_nearly_our_name_is_refused(tmp_path: Path, table: str, place: str) -> None:
    """In `pyproject.toml` other tables are those of other tools, unless they are called after us."""
    (tmp_path / "pyproject.toml").write_text(f"[project]\nname = 'acme'\n[{table}]\n{ACME}")
    assert complaint(tmp_path) == f"pyproject.toml: {place}: is not read; {OURS}"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("auth-provider.toml", "", "auth-provider.toml: clients: no client is configured here; write a table "),
        ("auth-provider.toml", "[clients]\n", "auth-provider.toml: clients: no client is configured here; write "),
        (
            "pyproject.toml",
            "[tool.auth-provider]\n",
            "pyproject.toml: tool.auth-provider.clients: no client is configured here; write a table [tool.auth-",
        ),
        ("auth-provider.toml", f"[acme]\n{ACME}", "auth-provider.toml: acme: not a key of this file. Accepted: "),
        ("auth-provider.toml", ACME, "auth-provider.toml: command: not a key of this file. Accepted: clients"),
        (
            "auth-provider.toml",
            f"[tool.auth-provider.clients.acme]\n{ACME}",
            "auth-provider.toml: tool: not a key of this file. Accepted: clients",
        ),
        ("pytest.ini", "[pytest]\n[auth-provider]\n", "pytest.ini: [auth-provider] is not read; adapters belong into "),
        ("tox.ini", "[auth_provider:acme]\n", "tox.ini: [auth_provider:acme] is not read; adapters belong into "),
        ("setup.cfg", "[tool:auth-provider]\n", "setup.cfg: [tool:auth-provider] is not read; adapters belong into "),
    ],
)
def test_a_file_without_a_client_is_refused(tmp_path: Path, file: str, text: str, said: str) -> None:
    """A file for clients that configures none, or has them in another place, does nothing."""
    (tmp_path / file).write_text(text)
    assert complaint(tmp_path).startswith(said)


@pytest.mark.parametrize(("file", "table"), [("auth-provider.toml", ""), ("pyproject.toml", "tool.auth-provider.")])
def test_adapters_where_pytest_was_started_are_not_overlooked(tmp_path: Path, file: str, table: str) -> None:
    """Adapters are read from the root directory, which may be farther up than the person thinks."""
    start = tmp_path / "tools" / "acme"
    start.mkdir(parents=True)
    refuse_misplaced(tmp_path, start)
    (start.parent / file).write_text(f"[{table}clients.acme]\n{ACME}")
    with pytest.raises(AdapterError) as error:
        refuse_misplaced(tmp_path, start)
    assert str(error.value) == (
        f"{start.parent / file}: is not read, since pytest's root directory is {tmp_path}. Move what it says about "
        f"clients there, or run pytest with --rootdir={start.parent}"
    )
    refuse_misplaced(start.parent, start)


def test_adapter_files_below_are_found(tmp_path: Path) -> None:
    """An adapter file in a directory of the project is not read, which can be said."""
    (tmp_path / "tests").mkdir()
    below = tmp_path / "tests" / "auth-provider.toml"
    below.write_text("")
    assert [*files_below(tmp_path)] == [below]


def test_adapters_without_a_part_in_the_run_are_named(tmp_path: Path) -> None:
    """A client that is not checked, and one that another file configures as well."""
    (tmp_path / "auth-provider.toml").write_text(f"[clients.acme]\n{ACME}[clients.other]\n{ACME}")
    (tmp_path / "pyproject.toml").write_text(f"[tool.auth-provider.clients.acme]\n{ACME}")
    other, twice = unused(tmp_path, ["acme", "gh"])
    assert other == (
        "auth-provider.toml: clients.other: configured and not checked in this run; name it with --auth-client other."
    )
    assert twice == (
        "pyproject.toml: tool.auth-provider.clients.acme: not read, since auth-provider.toml has a client of that name."
    )

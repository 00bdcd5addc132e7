"""The program an adapter names is found where people expect it, or the message says what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pytest_auth_provider.clients import Adapter, ProgramMissing
from pytest_auth_provider.processes.program import find_program


@pytest.fixture
def adapter(tmp_path: Path) -> Adapter:
    """An adapter rooted in a directory with a program `bin/tool`, a file `bin/text` and nothing else."""
    (tmp_path / "bin").mkdir()
    for name, mode in (("tool", 0o755), ("text", 0o644)):
        (tmp_path / "bin" / name).touch(mode=mode)
    return Adapter("acme", ("acme",), {}, "auth-provider.toml: clients.acme", tmp_path, install="pip install acme==1.2")


def test_a_name_is_looked_up_on_the_path(adapter: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PATH of pytest decides, first entry first."""
    monkeypatch.setenv("PATH", f"{adapter.root / 'bin'}:/usr/bin")
    assert find_program(adapter, "tool") == str(adapter.root / "bin/tool")


def test_a_name_is_looked_up_beside_python(adapter: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of a virtual environment are found where it is not activated."""
    monkeypatch.setenv("PATH", "/nowhere")
    python = Path(sys.executable)
    assert find_program(adapter, python.name) == str(python)


def test_a_path_starts_from_the_root(adapter: Adapter) -> None:
    """`./bin/tool` means the one beside the adapter file; an absolute path means itself."""
    assert find_program(adapter, "./bin/tool") == str(adapter.root / "bin/tool")
    assert find_program(adapter, sys.executable) == sys.executable


def test_a_missing_name_is_explained(adapter: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Program, client, where we looked, and the adapter's own hint."""
    monkeypatch.setenv("PATH", "/nowhere:/no/bin")
    with pytest.raises(ProgramMissing) as error:
        find_program(adapter, "acme")
    assert str(error.value) == (
        'auth-provider.toml: clients.acme: the program "acme" of the client "acme" was not found\n'
        f"Searched: /nowhere, /no/bin, and {Path(sys.executable).parent} (beside the Python that runs pytest)\n"
        "To install it: pip install acme==1.2"
    )


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("bin/none", "There is no {root}/bin/none"),
        ("bin/text", "{root}/bin/text is not executable"),
        ("./bin", "{root}/bin is a directory"),
    ],
)
def test_a_path_that_is_no_program_is_explained(adapter: Adapter, program: str, reason: str) -> None:
    """Missing, not executable, or a directory."""
    with pytest.raises(ProgramMissing) as error:
        find_program(adapter, program)
    assert str(error.value) == (
        f'auth-provider.toml: clients.acme: the program "{program}" of the client "acme" was not found\n'
        f"{reason.format(root=adapter.root)}\nTo install it: pip install acme==1.2"
    )

"""Shells complete the command lines of `auth-provider` and `fakeprovider`: asked in a real bash, with its Tab key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(sys.executable).parent
PRESS_TAB = """
eval "$(register-python-argcomplete "$1")"
COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_KEY=9
COMP_WORDS=($2) COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
[[ $2 == *" " ]] && COMP_WORDS+=("") && (( ++COMP_CWORD ))
$(complete -p "$1" | sed 's/.*-F \\([^ ]*\\).*/\\1/') "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""What bash does at Tab behind the line `$2` of the program `$1`: it calls the function that is registered for it."""


def completions(line: str, directory: Path) -> list[str]:
    """Return what bash offers at the end of a line that is typed in this directory."""
    variables = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    bash = shutil.which("bash")
    assert bash
    command = [bash, "--norc", "--noprofile", "-c", PRESS_TAB, "bash", line.split()[0], line]
    ended = subprocess.run(
        command, cwd=directory, env=variables, check=True, capture_output=True, text=True, timeout=60
    )
    assert ended.stderr == ""
    return [word.strip() for word in ended.stdout.splitlines() if word.strip()]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an adapter."""
    adapter = '[clients.zebra]\ncommand = "zebra"\nrun = { login = "login", use = "hello", x-bray = "bray" }\n'
    (tmp_path / "auth-provider.toml").write_text(adapter)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("auth-provider tr", ["try"]),
        ("auth-provider try zeb", ["zebra"]),
        ("auth-provider clients ref", ["reference", "reference-formance", "reference-in-process", "reference-stdio"]),
        ("auth-provider try zebra ", ["login", "use", "x-bray"]),
        ("auth-provider init --dialect key", ["keycloak"]),
        ("auth-provider init --ti", ["--timeout"]),
        ("fakeprovider ser", ["serve"]),
        ("fakeprovider faults Serv", ["ServerError"]),
        ("fakeprovider serve --dialect gi", ["github"]),
    ],
)
def test_bash_completes(line: str, offered: list[str], project: Path) -> None:
    """Commands and options, and the names of clients, actions, dialects and faults."""
    assert sorted(completions(line, project)) == offered


def test_a_broken_adapter_file_completes_to_nothing(project: Path) -> None:
    """Nothing is printed into the line that somebody types."""
    (project / "auth-provider.toml").write_text("[clients")
    assert completions("auth-provider try zeb", project) == []


@pytest.mark.parametrize("program", ["auth-provider", "fakeprovider", "auth-reference"])
def test_the_version(program: str) -> None:
    """After the name of the program."""
    ended = subprocess.run(
        [str(SCRIPTS / program), "--version"], check=True, capture_output=True, text=True, timeout=60
    )
    name, version = ended.stdout.split()
    assert (name, version[0].isdigit()) == (program, True)


@pytest.mark.parametrize("module", ["pytest_auth_provider", "fakeprovider"])
def test_without_argcomplete(module: str, tmp_path: Path) -> None:
    """A shell that asks is told nothing, and there is no traceback."""
    (tmp_path / "argcomplete.py").write_text("raise ImportError")
    variables = {**os.environ, "_ARGCOMPLETE": "1", "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", module], env=variables, check=False, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")

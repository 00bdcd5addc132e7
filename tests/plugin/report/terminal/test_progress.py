"""While contracts run at a terminal, one line says how far they are; elsewhere nobody is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.project import Project

LINE = re.compile(
    r"tool: (\d) of 3 done, waiting for house/(\w+)(\[\w+\])? \(\d+ s\)( and \d more)?(, about \d+ s to go)?"
)


@pytest.fixture
def three(project: Project) -> Project:
    """A client, and contracts with three cases."""
    project.client()
    project.contract("alpha", "auth_client.use()")
    numbers = '@pytest.mark.parametrize("number", ["one", "two"])'
    project.contract("beta", "auth_client.use()", decorators=numbers, arguments="auth_client: Client, number: str")
    return project


def at_a_terminal(project: Project, *options: str, env: Mapping[str, str] | None = None) -> str:
    """Everything that a run prints at a terminal."""
    ours, theirs = os.openpty()
    given = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER", "NO_COLOR")}
    selected = ("-k", "house", "--auth-provider", "--auth-no-profile", "-p", "no:cacheprovider")
    printed = bytearray()

    def read() -> None:
        try:
            while chunk := os.read(ours, 4096):
                printed.extend(chunk)
        except OSError:  # the other end is closed
            pass

    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *selected, *options],
        cwd=project.path,
        env={**given, "TERM": "xterm", "COLUMNS": "120", **(env or {})},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as run:
        os.close(theirs)
        reader = threading.Thread(target=read)
        reader.start()
        run.wait(100)
        reader.join(10)
    os.close(ours)
    return printed.decode()


def shown(printed: str) -> list[str]:
    """What stands on a terminal in the end, line by line."""
    lines, row, column = [""], 0, 0
    for part in re.findall(r"\x1b\[\d*[A-Za-z]|\x1b\[[\d;]*m|[\r\n]|[^\x1b\r\n]+", printed):
        moved = re.fullmatch(r"\x1b\[(\d*)([AC])", part)
        if part == "\r":
            column = 0
        elif part == "\n":
            row += 1
            lines += [""] * (row >= len(lines))
        elif part == "\x1b[K":
            lines[row] = lines[row][:column]
        elif moved and moved[2] == "A":
            row -= int(moved[1] or 1)
        elif moved:
            column += int(moved[1] or 1)
        elif not part.startswith("\x1b"):
            lines[row] = lines[row].ljust(column)[:column] + part + lines[row][column + len(part) :]
            column += len(part)
    return [line.rstrip() for line in lines]


@pytest.mark.parametrize("options", [(), ("-v", "--auth-cold")], ids=["lanes", "one process"])
def test_the_line_comes_and_goes(three: Project, options: tuple[str, ...]) -> None:
    """It names the client, what is done and what is waited for; in the end the terminal shows what it shows in CI."""
    printed = at_a_terminal(three, *options)
    told = [(int(found[1]), found[2]) for found in LINE.finditer(printed)]
    assert (0, "alpha") in told
    assert (2, "beta") in told
    assert "s to go" in printed
    in_the_end, quiet = shown(printed), shown(at_a_terminal(three, *options, env={"CI": "1"}))
    assert "waiting for" not in "".join(quiet)
    assert [re.sub(r"[\d.]+s", "", line).strip("=") for line in in_the_end if line] == [
        re.sub(r"[\d.]+s", "", line).strip("=") for line in quiet if line
    ]


def test_workers_of_xdist_are_watched(three: Project) -> None:
    """What each of them runs is told; in the end nothing of it stands there."""
    printed = at_a_terminal(three, "-n", "2")
    assert {0, 1} <= {int(found[1]) for found in LINE.finditer(printed)}
    assert "waiting for" not in "".join(shown(printed))


@pytest.mark.parametrize("option", ["-q", "-s"])
def test_it_is_quiet(three: Project, option: str) -> None:
    """With -q, and where tests print for themselves."""
    assert "waiting for" not in at_a_terminal(three, option)


def test_a_pipe_gets_no_line(three: Project) -> None:
    """What is written to a file has the lines of pytest and no others."""
    assert "waiting for" not in three.check().stdout.str()

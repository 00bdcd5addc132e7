"""A command starts warm only where that is as good as cold: what was read at the import is still the same."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from pytest_auth_provider.processes.warm.program import NotPython, PythonProgram
from tests.support.warm_tool import warm_tool

linux_alone = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="commands are forked on Linux alone")


@linux_alone
def test_a_variable_that_was_read_has_its_value(tmp_path: Path) -> None:
    """One that nobody read may have any; one that was read has a fork server for each value that comes again."""
    with warm_tool(tmp_path / "tool", "COLOUR = os.environ.get('COLOUR', 'none')") as tool:
        script = "import lib; print(lib.COLOUR, is_warm)"
        assert tool.says(script) == "none True\n", tool.problems
        assert tool.says(script, SIZE="9") == "none True\n"
        assert tool.says(script, COLOUR="red") == "red False\n"
        assert tool.says(script, COLOUR="red") == "red True\n"
        assert tool.says(script, COLOUR="blue") == "blue False\n"
        assert tool.says(script) == "none True\n"


@linux_alone
def test_who_copies_the_environment_reads_all_of_it(tmp_path: Path) -> None:
    """Then any variable may be the one that matters."""
    with warm_tool(tmp_path / "tool", "COUNT = len({**os.environ})") as tool:
        assert tool.is_warm(), tool.problems
        assert not tool.is_warm(SIZE="9")


@linux_alone
def test_what_was_read_of_the_clients_files_is_the_same(tmp_path: Path) -> None:
    """A configuration that is read at import, or looked for, is that of the moment."""
    library = """
        PATH = os.path.expanduser("~/.toolrc")
        CONFIG = open(PATH).read() if os.path.exists(PATH) else "none"
    """
    with warm_tool(tmp_path / "tool", library) as tool:
        script = "import lib; print(lib.CONFIG, is_warm)"
        assert tool.says(script) == "none True\n", tool.problems
        for content in ("a", "b"):
            (tool.sandbox.home / ".toolrc").write_text(content)
            assert tool.says(script) == f"{content} False\n"
        (tool.sandbox.home / ".toolrc").unlink()
        assert tool.says(script) == "none True\n"


@linux_alone
def test_arguments_that_were_read_are_the_same(tmp_path: Path) -> None:
    """A program that looks at its arguments while it is imported is imported for each of them."""
    with warm_tool(tmp_path / "tool", "LAST = sys.argv[-1]") as tool:
        script = "import lib; print(lib.LAST, is_warm)"
        assert [tool.says(script, "x"), tool.says(script, "y")] == ["x True\n", "y False\n"], tool.problems


@linux_alone
def test_what_modules_keep_is_as_if_just_imported(tmp_path: Path) -> None:
    """The moment of the import, the process id, and what was changed of the environment."""
    library = """
        import time
        BEGAN, STEADY, ID = time.time(), time.monotonic(), os.getpid()
        os.environ["ADDED"] = "1"
        os.environ.pop("SIZE", None)
    """
    with warm_tool(tmp_path / "tool", library) as tool:
        script = """
            import lib, os, time
            assert is_warm
            print(time.time() - lib.BEGAN, time.monotonic() - lib.STEADY, lib.ID == os.getpid())
            os.system("echo $ADDED $SIZE")
        """
        assert tool.is_warm(SIZE="9"), tool.problems
        time.sleep(1.5)
        ages, environment = tool.says(script, SIZE="9").splitlines()
        *since, own = ages.split()
        assert (own, environment) == ("True", "1")
        assert all(0 <= float(age) < 1.5 for age in since)


@linux_alone
@pytest.mark.parametrize(
    ("library", "reason"),
    [
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "a thread"),
        ("FILE = open(os.devnull)", "a file or a socket is left open"),
        ("import subprocess\nsubprocess.run(['true'])", "there is a call of subprocess.Popen"),
        ("import uuid\nINSTANCE = uuid.uuid4()", "lib asks for random bytes"),
        ("import datetime\nTODAY = datetime.date.today()", "lib asks for the date"),
        ("import time\nMOMENTS = [time.time()]", "lib asks for the time"),
        ("open(os.path.expanduser('~/.log'), 'a').close()", "writes .log"),
        ("print('hello')", "something is printed"),
        ("ENVIRONMENT = dict(os.environ)", "lib keeps a copy of the environment"),
        ("if '--version' in sys.argv: os._exit(0)", "`--version`, which is to show what it imports, ended with 0"),
    ],
)
def test_what_a_fork_could_not_repeat_starts_cold(tmp_path: Path, library: str, reason: str) -> None:
    """Where importing does more than that, every command starts cold, and it is said why."""
    with warm_tool(tmp_path / "tool", library) as tool:
        ended = tool.start("print(is_warm)").wait()
        assert ended.stdout.splitlines()[-1] == "False"
        assert tool.problems.startswith(f"Commands of {tool.script} start cold: {reason}")


@linux_alone
def test_the_training_leaves_nothing_in_the_sandbox(tmp_path: Path) -> None:
    """What it writes is nobody's doing: not that of the first command, whose files are compared."""
    library = "if '--version' in sys.argv: sys.modules['atexit'].register(lambda: open('here', 'w').close())"
    with warm_tool(tmp_path / "tool", "import atexit\n" + library) as tool:
        tool.start("pass").wait()
        assert [*tool.sandbox.files()] == []


@pytest.mark.parametrize(
    ("first_line", "interpreter", "options"),
    [
        ("#!/opt/python3.12/bin/python3.12 -s", "/opt/python3.12/bin/python3.12", ("-s",)),
        ("#!/usr/bin/env nowhere-python", None, ()),
        ("#!/usr/bin/env python3", "/bin/python3", ()),
        ("#!/bin/sh\n'''exec' \"/a path/python3\" \"$0\" \"$@\"\n' '''", "/a path/python3", ()),
        ("#!/bin/bash", None, ()),
        ("\x7fELF", None, ()),
        ("", None, ()),
    ],
)
def test_whether_a_script_is_pythons(
    tmp_path: Path, first_line: str, interpreter: str | None, options: tuple[str, ...]
) -> None:
    """Its first line says so, in the ways in which installers write it."""
    script = tmp_path / "tool"
    script.write_text(f"{first_line}\nprint()\n")
    if interpreter is None:
        with pytest.raises(NotPython):
            PythonProgram.of((str(script), "a"), {"PATH": str(tmp_path)})
        return
    program = PythonProgram.of((str(script), "a"), {"PATH": "/bin"})
    assert (program.interpreter, program.options, program.target) == (interpreter, options, ("", str(script)))


@pytest.mark.parametrize(
    ("argv", "target", "leading"),
    [
        (("/bin/python3", "-m", "tool", "a"), ("-m", "tool"), 3),
        (("/bin/python3.13", "-I", "-X", "utf8", "-m", "tool"), ("-m", "tool"), 6),
        (("python", "-c", "print()"), None, 0),
        (("python", "tool.py"), None, 0),
        (("python",), None, 0),
    ],
)
def test_what_python_is_to_run(argv: tuple[str, ...], target: tuple[str, str] | None, leading: int) -> None:
    """A module or a script; what is written on the command line is no program that could be imported."""
    if target is None:
        with pytest.raises(NotPython):
            PythonProgram.of(argv, {})
    else:
        program = PythonProgram.of(argv, {})
        assert (program.target, program.leading) == (target, leading)

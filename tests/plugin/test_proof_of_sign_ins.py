"""A sign-in that was put back is proved by a real one at the end of the run; where it was special, nothing is said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider.clients import Adapter
from pytest_auth_provider.clients.factory import ClientFactory
from pytest_auth_provider.proof import doubts
from tests.support.project import TOOL
from tests.support.sandboxed import toy_adapter

if TYPE_CHECKING:
    from tests.support.project import Project

FIRST_TIME = "os.path.exists('{once}') or [open(name, 'w').close() for name in ('{once}', 'welcome')]"
NEW_NAME = "open(str(time.time_ns()), 'w').close()"

Toy = Callable[[str], Adapter]
"""Makes an adapter of the toy client, whose login does something else first: a line of Python."""


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    """The toy client, with a login that does more; `{once}` is a path outside of its sandbox."""

    def toy(also: str) -> Adapter:
        plain = toy_adapter("login", "use")
        program = tmp_path / "toy.py"
        also = also.format(once=tmp_path / "once")
        program.write_text(
            "import os, runpy, sys, time\n"
            f"if 'login' in sys.argv:\n    {also}\n    open({str(tmp_path / 'logins')!r}, 'a').write('x')\n"
            f"runpy.run_path({plain.command[-1]!r}, run_name='__main__')\n"
        )
        return replace(plain, command=(*plain.command[:-1], str(program)))

    return toy


@pytest.fixture
def factory(tmp_path: Path) -> ClientFactory:
    """What makes the clients of one process."""
    return ClientFactory(tmp_path / "factory")


def sign_in(factory: ClientFactory, adapter: Adapter, case: str, **settings: object) -> None:
    """One case that needs somebody signed in."""
    place = factory.sign_ins.sandbox_of(adapter)
    factory.sign_ins.case = case
    with (
        factory.provider_for(adapter, **settings) as provider,
        factory.client(adapter, provider, place, sign_ins=factory.sign_ins) as client,
    ):
        client.login()
    shutil.rmtree(place)


def test_a_real_one_is_alike(factory: ClientFactory, toy: Toy, tmp_path: Path) -> None:
    """It costs one login for each client and settings whose sign-in was put back, and none for any other."""
    adapter = toy("pass")
    for case in ("house/alpha", "house/beta", "house/gamma"):
        sign_in(factory, adapter, case)
    sign_in(factory, adapter, "house/delta", refresh_token_lifetime=77)
    logins = tmp_path / "logins"
    assert logins.read_text() == "xx"
    assert doubts(factory) == []
    assert logins.read_text() == "xxx"


def test_a_special_one_is_told_with_the_cases_that_began_with_it(factory: ClientFactory, toy: Toy) -> None:
    """The first login on this machine left one file more than any other."""
    adapter = toy(FIRST_TIME)
    for case in ("house/alpha", "house/beta", "house/beta", "house/gamma"):
        sign_in(factory, adapter, case)
    [doubt] = doubts(factory)
    assert (doubt.client, doubt.contracts) == (adapter.name, ("house/beta", "house/gamma"))
    assert doubt.reason.endswith("files: it alone has cwd/welcome 644")


def test_one_that_was_replaced_meanwhile_is_told_too(factory: ClientFactory, toy: Toy) -> None:
    """It had grown too old, and the one in its place was different."""
    adapter = toy(FIRST_TIME)
    sign_in(factory, adapter, "house/alpha")
    sign_in(factory, adapter, "house/beta")
    factory.sign_ins._kept[:] = [replace(one, lasts=-1.0) for one in factory.sign_ins._kept]
    sign_in(factory, adapter, "house/gamma")
    assert [doubt.contracts for doubt in doubts(factory)] == [("house/beta",)]


def test_what_no_two_have_in_common_is_not_special(factory: ClientFactory, toy: Toy) -> None:
    """A file with a new name each time."""
    adapter = toy(NEW_NAME)
    for case in ("house/alpha", "house/beta"):
        sign_in(factory, adapter, case)
    assert doubts(factory) == []


def test_one_that_cannot_be_repeated_is_told(factory: ClientFactory, toy: Toy, tmp_path: Path) -> None:
    """A login that works once on this machine."""
    adapter = toy("os.path.exists('{once}') and sys.exit(3); open('{once}', 'w').close()")
    for case in ("house/alpha", "house/beta"):
        sign_in(factory, adapter, case)
    [doubt] = doubts(factory)
    assert f'it failed: the client "{adapter.name}" did not sign in' in doubt.reason


@pytest.mark.parametrize("options", [(), ("-s",), ("-n", "1")], ids=["lanes", "one process", "xdist"])
def test_a_run_that_rests_on_a_special_sign_in_fails(project: Project, options: tuple[str, ...]) -> None:
    """What began with it is unstable, what signed in for real stands; a cold run keeps everything."""
    once = project.path / "once"
    script = TOOL.replace("def login():", f"def login():\n    {FIRST_TIME.format(once=once)}")
    project.client(script=script)
    for name in ("alpha", "beta"):
        project.contract(name, "auth_client.login()")
    result = project.check("--auth-report=report.json", *options)
    rows = json.loads((project.path / "report.json").read_text())["verdicts"]
    assert [(row["contract"], row["verdict"]) for row in rows] == [("house/alpha", "kept"), ("house/beta", "unstable")]
    assert "files: it alone has cwd/welcome 644" in rows[1]["reason"]
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.section(result)[-2] == "1 unstable, 1 kept"


def test_a_cold_run_proves_nothing(project: Project) -> None:
    """Nothing is put back, so that each case has the login of its own."""
    once = project.path / "once"
    project.client(script=TOOL.replace("def login():", f"def login():\n    {FIRST_TIME.format(once=once)}"))
    for name in ("alpha", "beta"):
        project.contract(name, "auth_client.login()")
    assert project.check("--auth-cold").ret == pytest.ExitCode.OK

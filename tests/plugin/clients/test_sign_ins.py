"""Sign in once: an earlier sign-in is put back where a real one would have gone the same way, and nowhere else."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakeprovider.faults import MissingMember
from pytest_auth_provider.clients import Adapter, Client
from pytest_auth_provider.clients.factory import ClientFactory
from tests.support.sandboxed import toy_adapter

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTIONS = ("login", "use", "token", "logout")

Case = Callable[..., AbstractContextManager[Client]]
"""Makes the client of one case, as the fixtures do: `case(adapter, **settings)`."""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Make the client of one case after the other, all of them in one process."""
    factory = ClientFactory(tmp_path / "factory")

    @contextmanager
    def case(adapter: Adapter | None = None, **settings: object) -> Iterator[Client]:
        adapter = adapter or toy_adapter(*ACTIONS)
        place = factory.sign_ins.sandbox_of(adapter)
        with (
            factory.provider_for(adapter, **settings) as provider,
            factory.client(adapter, provider, place, sign_ins=factory.sign_ins) as client,
        ):
            yield client
        shutil.rmtree(place)

    return case


def code(client: Client, **options: object) -> str:
    """The user code that the login showed: a new one for each that is real."""
    return client.login(**options).stdout.split()[1]  # type: ignore[arg-type]  # what `login` takes


def test_the_second_case_finds_everything_as_the_first_left_it(case: Case) -> None:
    """Bytes, modes, times, the token at the API and the exchanges; the client was not run for it."""
    with case() as client:
        first = client.login()
        store = client.sandbox.home / ".toy/session.json"
        os.utime(store, ns=(10**18, 10**18))
    with case() as client:
        heard = []
        client._on_outcome = lambda outcome, _client: heard.append(outcome.action)
        again = client.login()
        store = client.sandbox.home / ".toy/session.json"
        assert (again.stdout, again.exchanges, heard) == (first.stdout, first.exchanges, ["login"])
        assert again.exposure is client.exposure
        assert (first.earlier, again.earlier) == (False, True)
        assert again.ending().endswith(" in an earlier case, put back")
        assert stat.S_IMODE(store.stat().st_mode) == 0o600
        assert [file.path for file in client.credentials()] == [store]
        assert client.use().stdout == "200\n"
        assert [one.number for one in client.provider.journal] == [1, 2, 3, 4]


def test_what_a_case_does_stays_its_own(case: Case) -> None:
    """A sign-out of the second case is nothing to the third; nor is what the provider was told meanwhile."""
    with case() as client:
        first = code(client)
    with case() as client:
        assert code(client) == first
        client.provider.end_sessions()
        client.logout()
    with case() as client:
        assert code(client) == first
        assert client.use().stdout == "200\n"


def test_new_directories_links_and_removed_files_come_back(case: Case, tmp_path: Path) -> None:
    """An empty directory with its mode, a link, and the absence of what the login removed."""
    script = (
        "import os, pathlib, runpy, sys\n"
        "if sys.argv[2:] == ['login'] or sys.argv[1:] == ['login']:\n"
        "    os.mkdir('empty', 0o711); os.symlink('nowhere', 'link'); os.unlink('first')\n"
    )
    plain = toy_adapter(*ACTIONS)
    program = tmp_path / "toy.py"
    program.write_text(script + f"runpy.run_path({plain.command[-1]!r}, run_name='__main__')\n")
    adapter = replace(plain, command=(*plain.command[:-1], str(program)), files={"{cwd}/first": "x"})
    for _ in range(2):
        with case(adapter) as client:
            client.login()
            assert stat.S_IMODE((client.sandbox.cwd / "empty").stat().st_mode) == 0o711
            assert str((client.sandbox.cwd / "link").readlink()) == "nowhere"
            assert not (client.sandbox.cwd / "first").exists()


def test_another_beginning_signs_in_for_real(case: Case) -> None:
    """Other settings, another adapter, a fault, a file, a variable, an action before it, a short lifetime."""
    with case() as client:
        first = code(client)
    with case(refresh_token_lifetime=77) as client:
        assert code(client) != first
    with case(replace(toy_adapter(*ACTIONS), docs="another")) as client:
        assert code(client) != first
    with case() as client, client.provider.failing(MissingMember("scope"), at="token"):
        assert code(client) != first
    with case() as client:
        (client.sandbox.home / "note").write_text("x")
        assert code(client) != first
    with case() as client:
        client.sandbox.variables["TOY_COLOUR"] = "blue"
        assert code(client) != first
    with case() as client:
        client.provider.user.denies()
        client.provider.user.approves()
        client.login()
        assert code(client) != first
    with case() as client:
        client.provider.access_token_lifetime = 599
        assert code(client) != first
    with case() as client:
        assert code(client) == first


def test_a_sign_in_of_long_ago_is_done_anew(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a twentieth of the token's lifetime it would be an old one; the new one takes its place."""
    with monkeypatch.context() as patch, case() as client:
        patch.setattr("pytest_auth_provider.clients.sign_ins.FRESH", 0.0)
        first = code(client)
    with case() as client:
        second = code(client)
    with case() as client:
        assert code(client) == second != first


def test_expiry_by_real_time_is_waited_for_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second case begins with the token that has expired; the API refuses it."""
    waited: list[float] = []
    monkeypatch.setattr("pytest_auth_provider.clients.clock.time.sleep", waited.append)
    adapter = replace(toy_adapter(*ACTIONS), time="tokens")
    codes = []
    for _ in range(2):
        with case(adapter) as client:
            codes.append(code(client, expired=True))
    assert codes[0] == codes[1]
    assert len([seconds for seconds in waited if seconds >= 1]) == 1
    with case(adapter) as client:
        assert code(client) != codes[0]


def test_two_sign_ins_that_differ_are_never_put_back(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that signs in another way the next time is taken as it comes, every time."""
    plain = toy_adapter(*ACTIONS)
    program = tmp_path / "toy.py"
    program.write_text(
        "import pathlib, runpy, time\n"
        "pathlib.Path(f'{time.time_ns()}').touch()\n"
        f"runpy.run_path({plain.command[-1]!r}, run_name='__main__')\n"
    )
    adapter = replace(plain, command=(*plain.command[:-1], str(program)))
    with monkeypatch.context() as patch, case(adapter) as client:
        patch.setattr("pytest_auth_provider.clients.sign_ins.FRESH", 0.0)
        first = code(client)
    with case(adapter) as client:
        second = code(client)
    with case(adapter) as client:
        third = code(client)
    assert len({first, second, third}) == 3


@pytest.mark.parametrize("mess", ["os.truncate(open('vast', 'w').name, 2**34)", "os.makedirs('deep/' * 150)"])
def test_what_is_too_much_to_copy_is_made_anew(case: Case, tmp_path: Path, mess: str) -> None:
    """A file of 16 GiB with nothing in it, and folders without end."""
    plain = toy_adapter(*ACTIONS)
    program = tmp_path / "toy.py"
    program.write_text(f"import os, runpy\n{mess}\nrunpy.run_path({plain.command[-1]!r}, run_name='__main__')\n")
    adapter = replace(plain, command=(*plain.command[:-1], str(program)))
    codes = []
    for _ in range(2):
        with case(adapter) as client:
            codes.append(code(client))
    assert codes[0] != codes[1]


def test_a_port_that_is_taken_costs_a_sign_in_and_nothing_else(case: Case) -> None:
    """Another program listens where the client signed in before: it signs in for real, at another address."""
    import socket

    with case() as client:
        first = code(client)
        address = client.provider.address
    with socket.create_server(address), case() as client:
        assert client.provider.address != address
        assert code(client) != first
        assert client.use().ok

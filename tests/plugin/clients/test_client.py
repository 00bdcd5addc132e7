"""The client as scenarios hold it: a real program, a real provider."""

from __future__ import annotations

import re
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.adapters.models import HomePlan
from pytest_auth_provider.clients import (
    AdapterError,
    Client,
    ClientError,
    LoginFailed,
    Outcome,
    ProgramMissing,
    Sandbox,
    Step,
    Switch,
    load_adapter,
    prepare_home,
)
from pytest_auth_provider.clients.client import MOVED
from pytest_auth_provider.clients.factory import ClientFactory
from tests.support.sandboxed import TOY, Make, toy_adapter

ACTIONS = ("login", "use", "token", "logout")


@pytest.fixture
def make(sandbox: Sandbox, provider: Provider) -> Make:
    """Make the toy client, its adapter changed as asked."""
    return lambda **changes: Client(toy_adapter(*ACTIONS, **changes), sandbox, provider)


def test_a_login_leaves_credentials_and_a_logout_none(make: Make, sandbox: Sandbox) -> None:
    """The store is found without being configured; the outcome knows exchanges and files."""
    client = make()
    assert not client.holds_credentials()
    outcome = client.login()
    (store,) = client.credentials()
    assert store.path == sandbox.home / ".toy/session.json"
    assert (store.mode, store.kinds) == (0o600, frozenset({"access_token", "refresh_token"}))
    assert outcome.files.created == (store.path,)
    assert [exchange.endpoint for exchange in outcome.exchanges][:2] == ["discovery", "device_authorization"]
    assert client.use().stdout == "200\n"
    assert client.token().stdout.strip() in store.values
    assert client.logout().files.removed == (store.path,)
    assert not client.holds_credentials()


def test_an_outcome_holds_its_own_exchanges(make: Make) -> None:
    """What happened before is not part of it."""
    client = make()
    client.login()
    assert [exchange.endpoint for exchange in client.use().exchanges] == ["api"]
    assert client.logout().exchanges == ()


def test_an_expired_login_leaves_an_expired_token(make: Make, provider: Provider) -> None:
    """The token has expired, the provider's knobs are back where they were."""
    client = make()
    provider.leeway = 7
    client.login(expired=True)
    assert (provider.access_token_lifetime, provider.leeway) == (3600, 7)
    provider.leeway = 0
    outcome = client.use()
    assert [exchange.status for exchange in outcome.exchanges] == [401]
    assert outcome.crash == "Python traceback"


def test_an_expired_login_signs_in_anew(make: Make) -> None:
    """Also where the client has signed in before."""
    client = make()
    client.login()
    before = client.credentials()
    client.login(expired=True)
    assert client.credentials()[0].values.isdisjoint(before[0].values)
    assert [exchange.status for exchange in client.use().exchanges] == [401]


def test_a_login_that_fails_is_explained(make: Make, provider: Provider) -> None:
    """The exit code that was expected, the one that came, and what the client printed."""
    client = make()
    provider.user.denies()
    with pytest.raises(LoginFailed) as error:
        client.login()
    first, *described = str(error.value).splitlines()
    assert first == 'the client "toy" did not sign in: expected exit code 0, got 1'
    assert described[0] == f"$ {sys.executable} -S {TOY} login"
    assert described[-1] == "    Error: access_denied"
    assert client.attempt_login().exit_code == 1


@pytest.mark.parametrize(
    ("env", "hint"),
    [
        ({"TOY_ISSUER": "{issuer}", "X": "1"}, "is TOY_ISSUER pointed at {issuer}?"),
        ({"TOY_API": "{api}/v1", "TOY_ISSUER": "{issuer}"}, "are TOY_API and TOY_ISSUER pointed at {issuer}?"),
        ({}, "does auth-provider.toml: clients.toy point it at {issuer}?"),
    ],
)
def test_a_login_that_never_reached_the_provider_is_explained(make: Make, env: dict[str, str], hint: str) -> None:
    """Most often a variable of the adapter is misspelt, so it is named."""
    client = make(run={"login": (Step(("say", "signed in")),)}, env=env)
    with pytest.raises(LoginFailed) as error:
        client.login()
    issuer = client.provider.issuer
    assert str(error.value).splitlines()[0] == (
        f'the client "toy" did not sign in: the login never reached the provider: {hint.format(issuer=issuer)}'
    )


def test_a_login_that_got_no_token_is_explained(make: Make, provider: Provider) -> None:
    """A client that says it is signed in and never asked for a token is not."""
    script = f"import urllib.request as u; u.urlopen('{provider.url('discovery')}').read(); print('signed in')"
    client = make(command=(sys.executable, "-c", script))
    with pytest.raises(LoginFailed) as error:
        client.login()
    assert str(error.value).splitlines()[0] == (
        'the client "toy" did not sign in: the login reached the provider, but no token was issued'
    )


def test_a_login_that_hangs_is_explained(make: Make, provider: Provider) -> None:
    """The user never comes, the adapter's time limit does."""
    provider.user.ignores()
    client = make(timeout=1.5)
    with pytest.raises(LoginFailed) as error:
        client.login()
    lines = str(error.value).splitlines()
    assert lines[0] == 'the client "toy" did not sign in: the login did not end in time'
    assert lines[2].startswith("killed after 1.")


def test_an_action_there_is_not_is_explained(make: Make) -> None:
    """The actions there are, and where they are written down."""
    client = make()
    assert client.can("use")
    assert not client.can("doctor")
    with pytest.raises(ClientError) as error:
        client.run("logut")
    assert str(error.value) == (
        'the client "toy" has no action "logut"; did you mean "logout"? It has: login, use, token, logout '
        "(auth-provider.toml: clients.toy)"
    )


def test_a_missing_program_is_explained(make: Make) -> None:
    """The error comes from the first action, not as a traceback of ours."""
    with pytest.raises(ProgramMissing) as error:
        make(command=("no-such-program-anywhere",)).login()
    assert str(error.value).startswith(
        'auth-provider.toml: clients.toy: the program "no-such-program-anywhere" of the client "toy" was not found\n'
    )


def test_steps_run_in_order_until_one_fails(make: Make) -> None:
    """Output adds up; the first step that does not end as it should is the last one."""
    say = [Step(("say", word)) for word in ("one", "two")]
    client = make(
        run={
            "login": (),
            "use": (*say, Step(("fail", "3"), exit=frozenset({3})), Step(("say", "{client_id}"))),
            "token": (say[0], Step(("fail", "4")), say[1]),
        }
    )
    outcome = client.run("use", "extra")
    assert (outcome.stdout, outcome.ok) == ("one\ntwo\nauth-provider-client extra\n", True)
    outcome = client.run("token")
    assert (outcome.stdout, outcome.exit_code, outcome.ok) == ("one\n", 4, False)
    assert outcome.argv[-2:] == ("fail", "4")


def test_declared_exit_codes_make_an_outcome_ok(make: Make) -> None:
    """`[exits]` of the adapter decides what is fine."""
    client = make(run={"use": (Step(("fail", "5")),)}, exits={"use": frozenset({5, 6})})
    assert client.use().ok
    assert client.use().expected == {5, 6}


def test_variables_come_from_adapter_step_and_call(make: Make) -> None:
    """Each of them overrides the one before."""
    client = make(
        run={"use": (Step(("env", "A"), env={"A": "{home}"}),), "token": (Step(("env", "A")),)}, env={"A": "1"}
    )
    assert client.token().stdout == "1\n"
    assert client.use().stdout == f"{client.sandbox.home}\n"
    assert client.run("use", env={"A": "3"}).stdout == "3\n"


def test_files_are_written_before_the_first_command(make: Make, sandbox: Sandbox) -> None:
    """Once: what the client makes of them is its own business."""
    client = make(files={".toy/config": "url = '{issuer}' {{x}} {", "{cwd}/toy.ini": ""})
    client.run("logout")
    config = sandbox.home / ".toy/config"
    assert config.read_text() == f"url = '{client.provider.issuer}' {{x}} {{"
    assert (sandbox.cwd / "toy.ini").read_text() == ""
    config.unlink()
    client.run("logout")
    assert not config.exists()


def test_files_stay_in_the_sandbox(make: Make) -> None:
    """A path that a placeholder leads elsewhere is refused."""
    with pytest.raises(AdapterError) as error:
        make(files={"{python}/x": ""}).run("logout")
    assert str(error.value) == (
        f"auth-provider.toml: clients.toy: files: {{python}}/x is {sys.executable}/x, outside of the sandbox"
    )


def test_a_switched_client_shares_the_sandbox(make: Make) -> None:
    """The other side of a policy, the same credentials."""
    client = make(
        policies={"offline": "best_effort"},
        switches={"offline": {"strict": Switch(env={"A": "strict"}, run={"x-env": (Step(("env", "A")),)})}},
    )
    client.login()
    assert (client.policies["offline"], client.policies["logout"]) == ("best_effort", "")
    assert client.policies.offers("offline", "strict")
    strict = client.policies.switched("offline", "strict")
    assert strict.policies["offline"] == "strict"
    assert strict.run("x-env").stdout == "strict\n"
    assert strict.holds_credentials()
    assert not client.can("x-env")


def test_credentials_are_remembered_and_restored(make: Make) -> None:
    """An old store comes back, as after a sign-in by another process; so does an empty one."""
    client = make()
    nothing = client.disk.remember()
    client.login()
    old = client.disk.remember()
    (first,) = client.credentials()
    client.login()
    assert client.credentials()[0].values.isdisjoint(first.values)
    client.disk.restore(old)
    assert client.credentials() == [first]
    client.disk.restore(nothing)
    assert client.credentials() == []


def test_every_outcome_is_handed_over_at_once(make: Make, sandbox: Sandbox, provider: Provider) -> None:
    """Passive checks see the files as the action left them, of a switched client too."""
    seen: list[tuple[Outcome, bool]] = []
    adapter = replace(make().adapter, switches={"offline": {"strict": Switch()}})
    client = Client(adapter, sandbox, provider, lambda outcome, who: seen.append((outcome, who.holds_credentials())))
    login = client.login()
    logout = client.policies.switched("offline", "strict").logout()
    assert seen == [(login, True), (logout, False)]


def test_a_started_action_can_be_interrupted_and_killed(make: Make, provider: Provider) -> None:
    """Both leave nothing behind, and neither is a crash of its own."""
    provider.user.ignores()
    client = make()
    interrupted, killed = client.start("login"), client.start("login")
    provider.journal.wait_for(lambda exchange: exchange.grant == "device_code")
    assert interrupted.running
    killed.kill()
    assert (killed.wait().exit_code, killed.wait().crash) == (-signal.SIGKILL, None)
    assert killed.wait() is killed.wait()
    interrupted.interrupt()
    assert not interrupted.wait().ok
    assert not client.holds_credentials()


def test_several_actions_run_at_once(make: Make) -> None:
    """Five processes share one store."""
    client = make()
    client.login()
    outcomes = [running.wait() for running in [client.start("use") for _ in range(5)]]
    assert [outcome.stdout for outcome in outcomes] == ["200\n"] * 5


def test_a_home_is_prepared_once(make: Make, tmp_path: Path) -> None:
    """The prepared HOME holds the adapter's files and what the command made; there was no provider yet."""
    adapter = replace(
        make().adapter,
        files={"made/file": "{issuer}"},
        command=(sys.executable, "-c", "open('/dev/null'); import os; os.mkdir(os.path.expanduser('~/slow'))"),
        home=HomePlan(prepare=("warm-up",)),
    )
    home = prepare_home(adapter, tmp_path / "prepared")
    assert home is not None
    assert sorted(path.name for path in home.iterdir()) == [".cache", ".config", ".local", "made", "slow"]
    assert (home / "made/file").read_text() == "http://127.0.0.1:9"
    assert prepare_home(make().adapter, tmp_path / "other") is None


def test_a_home_that_can_not_be_prepared_is_explained(make: Make, tmp_path: Path) -> None:
    """With the outcome of the command that failed."""
    adapter = replace(make().adapter, home=HomePlan(prepare=("fail", "3")))
    with pytest.raises(ClientError) as error:
        prepare_home(adapter, tmp_path / "prepared")
    lines = str(error.value).splitlines()
    assert lines[0] == 'auth-provider.toml: clients.toy: the [home] prepare command of the client "toy" failed'
    assert lines[1] == f"$ {sys.executable} -S {TOY} fail 3"
    assert lines[2].startswith("exit code 3 after ")


def test_a_home_that_can_not_be_prepared_is_tried_once(make: Make, provider: Provider, tmp_path: Path) -> None:
    """Every test is told the same, and none waits for it again."""
    tried = tmp_path / "tried"
    prepare = ("-c", f"open({str(tried)!r}, 'a').write('x'); raise SystemExit(3)")
    adapter = replace(make().adapter, command=(sys.executable,), home=HomePlan(prepare=prepare))
    factory = ClientFactory(tmp_path / "factory")
    for name in ("first", "second"):
        with (
            pytest.raises(ClientError, match=r"\[home\] prepare command of the client \"toy\" failed"),
            factory.client(adapter, provider, tmp_path / name),
        ):
            pass
    assert tried.read_text() == "x"


def test_the_reference_client_is_driven_by_its_preset(sandbox: Sandbox, provider: Provider, tmp_path: Path) -> None:
    """From sign-in to sign-out, what it says is understood."""
    client = Client(load_adapter("reference", tmp_path), sandbox, provider)
    assert client.status().says("not_signed_in")
    assert client.login().says("signed_in")
    for action in ("use", "use_cached", "status", "token", "doctor", "doctor_server", "help"):
        assert client.run(action).ok, action
    assert client.status().says("signed_in")
    assert client.policies.switched("offline", "strict").use().ok
    assert client.logout().says("revoked")
    assert not client.holds_credentials()


@pytest.mark.parametrize("name", MOVED)
def test_a_former_member_names_its_successor(make: Make, name: str) -> None:
    """An old call fails with what to write now, and with something that is there."""
    client = make()
    with pytest.raises(AttributeError) as error:
        getattr(client, name)
    assert str(error.value) == f"'Client' object has no attribute '{name}'; write {MOVED[name]}"
    for part, member in re.findall(r"client\.(disk|clock|policies)\.(\w+)", MOVED[name]):
        assert hasattr(type(getattr(client, part)), member)


def test_an_unknown_member_is_an_ordinary_mistake(make: Make) -> None:
    """Nothing is suggested for what never was."""
    with pytest.raises(AttributeError, match=r"^'Client' object has no attribute 'fly'$"):
        _ = make().fly  # type: ignore[attr-defined]  # that is the point


def test_a_client_can_be_pointed_at_another_provider(make: Make, provider: Provider) -> None:
    """In the same sandbox: it sends its requests there, and sees those alone."""
    client = make()
    client.login()
    mark = provider.journal.mark()
    with Provider(device_interval=0) as other:
        elsewhere = client.at(other)
        outcome = elsewhere.login()
        assert outcome.exchanges == tuple(other.journal)
        assert elsewhere.sandbox is client.sandbox
    assert not provider.journal.since(mark)

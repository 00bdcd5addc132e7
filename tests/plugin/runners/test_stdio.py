"""One long-lived child that is talked to, and what it may do wrong."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import AdapterError, Client, Outcome, Sandbox
from tests.support.sandboxed import Make

CHILD = Path(__file__).with_name("stdio_child.py")
WRONGS = ("die", "silence", "garbage", "ask", "error", "deaf")

UNTIL = '{ method = "login/completed", where = { success = true } }'
ADAPTER = f"""
[clients.tool]
kind = "stdio"
command = ["{sys.executable}", "-S", "{CHILD}"]
timeout = 3
stdio.start = [{{ method = "initialize", params = {{ issuer = "{{issuer}}" }} }}, {{ method = "ready", notify = true }}]

[clients.tool.run]
login = {{ send = {{ method = "login", params = {{ works = true }} }}, until = {UNTIL} }}
use = {{ send = [{{ method = "one" }}, {{ method = "two", params = {{ deep = ["{{client_id}}"] }} }}] }}
x-flood = {{ send = {{ method = "flood" }}, timeout = 60 }}
x-denied = {{ send = {{ method = "login", params = {{ works = false }} }}, until = {UNTIL} }}
"""


@pytest.fixture
def client(make: Make) -> Client:
    """The child as a client."""
    wrongs = "".join(f'x-{name} = {{ send = {{ method = "{name}" }} }}\n' for name in WRONGS)
    return make(ADAPTER + wrongs)


def messages(outcome: Outcome) -> list[dict[str, Any]]:
    """What was received."""
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def test_one_child_does_every_action(client: Client, provider: Provider, sandbox: Sandbox) -> None:
    """It is greeted once, and lives in the sandbox; stdout is what it said."""
    greeting, one, two = messages(client.use())
    assert greeting["result"]["params"] == {"issuer": provider.issuer}
    assert two["result"]["params"] == {"deep": [client.adapter.client_id]}
    again = messages(client.use())
    assert [message["result"]["pid"] for message in again] == [one["result"]["pid"]] * 2
    assert one["result"]["home"] == str(sandbox.home)


def test_an_action_can_wait_for_a_notification(client: Client) -> None:
    """And fails if that says something else."""
    assert client.attempt_login().ok
    assert client.run("x-denied").exit_code == 1
    assert client.attempt_login().ok


def test_an_error_is_exit_code_1(client: Client) -> None:
    """The next action goes on with the same child."""
    assert client.run("x-error").exit_code == 1
    assert client.use().ok


def test_what_an_answer_has_to_have_can_be_said(make: Make) -> None:
    """Some children answer null where others answer an error."""
    needs = "".join(
        f'x-{n} = {{ send = {{ method = "a", needs = ["{n}"] }} }}\n' for n in ("home", "nothing", "absent")
    )
    client = make(ADAPTER + needs)
    assert [client.run(f"x-{name}").exit_code for name in ("home", "nothing", "absent")] == [0, 1, 1]


def test_arguments_make_a_program_talk(make: Make) -> None:
    """They come behind the command, and are no part of other commands."""
    client = make(ADAPTER.replace("stdio.start", 'stdio.args = ["serve", "{client_id}"]\nstdio.start'))
    outcome = client.use()
    assert messages(outcome)[0]["result"]["argv"] == ["serve", client.adapter.client_id]
    assert outcome.argv[-4:] == ("serve", client.adapter.client_id, "one", "two")


def test_an_action_beside_another_has_a_child_of_its_own(make: Make, sandbox: Sandbox) -> None:
    """As a second editor has; afterwards all is with the first one again."""
    client = make(ADAPTER + 'x-wait = { send = { method = "wait", params = { until = "{tmp}/go" } } }\n')
    first = messages(client.use())[-1]["result"]["pid"]
    waiting = client.start("x-wait")
    beside = messages(client.use())[-1]["result"]["pid"]
    (sandbox.home.parent / "tmp" / "go").touch()
    assert messages(waiting.wait())[-1]["result"]["pid"] == first != beside
    assert messages(client.use())[-1]["result"]["pid"] == first


def test_it_can_be_restarted(client: Client) -> None:
    """The next action has another one, that is greeted anew."""
    before = messages(client.use())[-1]["result"]["pid"]
    client.restart()
    assert not psutil.pid_exists(before)
    assert len(messages(client.use())) == 3


def test_a_child_that_dies_is_started_again(client: Client) -> None:
    """Its exit code is the outcome's, and the next action begins from the start."""
    outcome = client.run("x-die")
    assert outcome.exit_code == 7
    assert "ended before it had answered" in outcome.stderr
    assert len(messages(client.use())) == 3


@pytest.mark.parametrize("action", ["x-silence", "x-deaf"])
def test_a_child_that_says_nothing_is_ended_in_time(client: Client, action: str) -> None:
    """And the next action has another one."""
    assert client.run(action).timed_out
    assert client.use().ok


def test_garbage_is_passed_over(client: Client) -> None:
    """Some children log on their standard output."""
    outcome = client.run("x-garbage")
    assert outcome.ok
    assert "no JSON at all" in outcome.stdout


def test_a_flood_is_bounded(client: Client) -> None:
    """The answer behind it is found, and the middle left out."""
    outcome = client.run("x-flood")
    assert outcome.ok
    assert outcome.truncated


def test_a_child_that_asks_is_answered(client: Client) -> None:
    """With an error: we offer no methods, and it must not wait for ever."""
    told = next(message for message in messages(client.run("x-ask")) if message.get("method") == "told")
    assert told["params"]["answer"]["error"]["code"] == -32601


def test_a_large_message_to_a_deaf_child_blocks_nobody(make: Make) -> None:
    """More than a pipe holds."""
    large = f'{{ method = "a", params = ["{"x" * 200_000}"] }}'
    client = make(f'{ADAPTER}x-big = {{ send = [{{ method = "deaf", notify = true }}, {large}] }}\n')
    assert client.run("x-big").timed_out


def test_it_can_be_killed_while_it_works(client: Client) -> None:
    """That is our doing, and no crash."""
    client.use()
    running = client.start("x-deaf")
    running.kill()
    outcome = running.wait()
    assert (outcome.exit_code, outcome.crash) == (-signal.SIGKILL, None)


def test_it_ends_with_the_sandbox(client: Client, sandbox: Sandbox) -> None:
    """Nothing is left."""
    pid = messages(client.use())[0]["result"]["pid"]
    sandbox.close()
    assert not psutil.pid_exists(pid)


def test_its_clock_cannot_be_moved(client: Client) -> None:
    """It has no harmless command to try that with; tests/plugin/clock has one whose clock moves."""
    assert client.clock.strategy == "tokens"


@pytest.mark.parametrize(
    ("run", "complaint"),
    [
        ('login = "login"', "run.login: expected messages to send"),
        ("login = { send = { params = {} } }", "run.login.send.0.method: missing; say which method is called"),
        ("login = { send = { method = 'a', needs = 'b' } }", "run.login.send.0.needs: expected an array of names"),
        ("login = { send = { method = 'a', parms = 1 } }", "run.login.send.0.parms: not a key of a message"),
    ],
)
def test_what_is_wrong_is_said(make: Make, run: str, complaint: str) -> None:
    """With the key and what is expected."""
    with pytest.raises(AdapterError) as error:
        make(f'[clients.tool]\nkind = "stdio"\ncommand = "x"\n[clients.tool.run]\n{run}')
    assert str(error.value).startswith(f"auth-provider.toml: clients.tool.{complaint}")

"""The passive checks find a secret wherever an action gave it away, and nothing where it did not."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.checks import Finding, check
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step
from tests.support.sandboxed import toy_adapter

ACTIONS = ("login", "use", "token", "logout", "x-leak", "x-say")

Find = Callable[..., list[tuple[str, str, str]]]


@pytest.fixture
def client(sandbox: Sandbox, provider: Provider) -> Client:
    """The toy client, signed in."""
    client = Client(toy_adapter(*ACTIONS), sandbox, provider)
    client.login()
    return client


@pytest.fixture
def find(client: Client) -> Find:
    """Run an action and name what the checks find: what, where, and the excerpt with `<token>` for the access token."""

    def find(action: str, *extra: str) -> list[tuple[str, str, str]]:
        token = next(secret.value for secret in client.provider.secrets if secret.kind == "access_token")
        findings = check(client.run(action, *extra), client)
        return [(finding.what, finding.where, finding.excerpt.replace(token, "<token>")) for finding in findings]

    return find


@pytest.mark.parametrize("action", ["login", "use", "token", "logout"])
def test_honest_actions_are_clean(client: Client, action: str) -> None:
    """A user code on the screen, a token from `token`, a store of mode 0600: all as it should be."""
    assert check(client.run(action), client) == []


def test_a_token_on_stdout_is_found(find: Find) -> None:
    """The excerpt shows the line."""
    assert find("x-leak", "stdout") == [("access_token", "stdout", "debug: sending <token>")]


def test_a_token_on_stderr_is_found(find: Find) -> None:
    """Percent-encoded as well."""
    assert find("x-leak", "stderr") == [("access_token", "stderr", "GET / <token>")]


def test_a_token_in_a_query_is_found(find: Find) -> None:
    """URLs end up in access logs."""
    ((what, where, excerpt), *_rest) = find("x-leak", "query")
    assert (what, where, excerpt) == ("access_token", "the query of GET /hello", "t=<token>")


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ("open.json:644", "cwd/open.json (mode 0644)"),
        ("open.json:640", "cwd/open.json (mode 0640)"),
        ("open.json:604", "cwd/open.json (mode 0604)"),
        ("toy.log:600", "cwd/toy.log (a log)"),
        ("toy.log.1:600", "cwd/toy.log.1 (a log)"),
        ("logs/today.txt:600", "cwd/logs/today.txt (a log)"),
    ],
)
def test_a_token_in_a_file_for_others_is_found(find: Find, place: str, where: str) -> None:
    """A file that others can read, and a log whoever can read it."""
    assert find("x-leak", place) == [("access_token", where, "token <token>")]


@pytest.mark.parametrize(("mode", "found"), [("644", True), ("600", False)])
def test_a_token_outside_of_the_sandbox_is_found(find: Find, mode: str, found: bool) -> None:
    """A path that is written into the program ignores HOME and TMPDIR; a file for its owner alone is no leak."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="check-") as directory:
        Path(directory).chmod(0o755)
        path = Path(directory, "acme.json")
        expected = [("access_token", f"{path} (mode 0{mode})", "token <token>")] if found else []
        assert find("x-leak", f"{path}:{mode}") == expected


@pytest.mark.parametrize("place", ["private.json:600", "blog/private.json:400", "catalog:700"])
def test_a_private_file_is_no_leak(find: Find, place: str) -> None:
    """That is where tokens belong."""
    assert find("x-leak", place) == []


def test_a_secret_on_our_own_command_line_is_found(client: Client) -> None:
    """Everybody can read the arguments of a process."""
    (device_code,) = (secret.value for secret in client.provider.secrets if secret.kind == "device_code")
    findings = check(client.run("x-say", f"--code={device_code}"), client)
    assert [(finding.what, finding.where) for finding in findings] == [
        ("device_code", "stdout"),
        ("device_code", "argv"),
    ]


def test_only_token_may_print_the_access_token(client: Client) -> None:
    """And nothing but the access token."""
    (refresh,) = (secret.value for secret in client.provider.secrets if secret.kind == "refresh_token")
    findings = check(client.run("token"), client)
    assert findings == []
    findings = check(client.run("x-say", "a" * 100 + refresh + "b" * 100), client)
    stdout = next(finding for finding in findings if finding.where == "stdout")
    assert stdout.excerpt == f"...{'a' * 30}{refresh}{'b' * 30}..."
    assert str(stdout) == f"refresh_token in stdout: {stdout.excerpt}"


def test_a_crash_is_a_finding_and_a_timeout_of_ours_is_none(client: Client) -> None:
    """Whatever the scenario is about; it shows its exception. How long we wait is no fault of the client."""
    client.logout()
    (crash,) = check(client.use(), client)
    assert crash == Finding("crash", "use", crash.excerpt, "hygiene/no-traceback")
    assert crash.excerpt.startswith("Python traceback: FileNotFoundError: [Errno 2] No such file or directory: ")
    slow = Adapter("slow", ("{python}", "-c", "import time; time.sleep(600)"), {"use": (Step(),)}, timeout=0.5)
    killed = Client(slow, client.sandbox, client.provider).use()
    assert (killed.timed_out, check(killed, client)) == (True, [])

"""The program as people and machines meet it: starting fast, failing in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import reference_client
from reference_client import cli
from reference_client.__main__ import main
from tests.support.stub_provider import NewToken, Reply, Run, StubProvider

HEAVY = ("httpx", "jwt", "cryptography", "filelock", "logging", "email", "importlib.metadata", "ssl")
FORBIDDEN = ("fakeprovider", "pytest_auth_provider", "auth_scenarios", "joserfc", "pytest")


def loaded(home: Path, *argv: str) -> set[str]:
    """Return every module that is loaded after running a command in a new process."""
    code = (
        "import sys\nfrom reference_client.__main__ import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print('\\n'.join(sys.modules))"
    )
    command = [sys.executable, "-S", "-c", code, *argv]
    path = [
        str(Path(*Path(reference_client.__file__).parts[:-2])),
        *(part for part in sys.path if "site-packages" in part),
    ]
    environment = {"HOME": str(home), "PYTHONPATH": ":".join(path)}
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


@pytest.mark.parametrize(
    "argv", [("--help",), ("status",), ("token",), ("logout",), ("doctor",), ("use", "--stack", "x")], ids=" ".join
)
def test_what_needs_no_network_loads_no_network(argv: tuple[str, ...], tmp_path: Path) -> None:
    """Starting is paid thousands of times: HTTP and cryptography are for those who use them."""
    settings = () if argv == ("--help",) else ("--issuer", "https://provider.example", "--api", "https://api.example")
    assert loaded(tmp_path, *settings, *argv).isdisjoint(HEAVY)


def test_shares_nothing_with_what_checks_it() -> None:
    """A client that agrees with the provider by construction proves nothing."""
    for path in Path(*Path(reference_client.__file__).parts[:-1]).rglob("*.py"):
        text = path.read_text()
        assert not any(f"import {name}" in text or f"from {name}" in text for name in FORBIDDEN), path


def test_help_explains_the_offline_fallback(capsys: pytest.CaptureFixture[str]) -> None:
    """S0: the caveat is documented where people look."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("offline fallback", "best-effort", "strict", "skipped with a warning"))


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, and nothing else is needed."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("auth-reference ")


@pytest.mark.parametrize("argv", [[], ["fly"], ["login"], ["use", "a", "b"], ["status", "--jso"]])
def test_a_command_that_makes_no_sense_is_exit_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With the usage on stderr."""
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    assert "usage: auth-reference" in capsys.readouterr().err


def test_options_may_stand_before_and_after_the_command(run: Run) -> None:
    """Both say the same."""
    assert "profile: work" in run("--profile", "work", "status").out
    assert "profile: work" in run("status", "--profile", "work").out


def test_the_unforeseen_is_one_sentence_without_its_text(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an unforeseen exception says may be a secret; with --debug the developer asked for it."""

    def broken(argv: object) -> int:
        raise LookupError("a-secret")

    monkeypatch.setattr(cli, "run", broken)
    ran = run("status")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "LookupError" in ran.err
    assert "a-secret" not in ran.err
    with pytest.raises(LookupError):
        run("status", "--debug")


def test_login_replaces_the_session_and_clears_the_stack_tokens(
    run: Run, stub: StubProvider, access_token: NewToken
) -> None:
    """Another user's tokens do not outlive their session."""
    start = {
        "device_code": "d",
        "user_code": "U",
        "verification_uri": "https://x.example",
        "expires_in": 9,
        "interval": 0,
    }
    stub.answers("/device_authorization", Reply(body=start))
    answer = {"access_token": access_token(), "refresh_token": "r", "token_type": "Bearer", "expires_in": 600}
    stub.answers("/token", Reply(body=answer))
    for _ in range(2):
        assert run("login", "--device").code == 0
        assert run("use", "--stack", "s").code == 0
    grants = [form["grant_type"].rpartition(":")[2] for form in stub.forms("/token")]
    assert grants == ["device_code", "jwt-bearer", "device_code", "jwt-bearer"]

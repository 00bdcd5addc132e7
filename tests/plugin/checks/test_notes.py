"""What accuses nobody is noted: TLS where none is spoken, paths that are not served, the same page again."""

from __future__ import annotations

import socket
import ssl

import pytest

from fakeprovider import Provider
from pytest_auth_provider.checks.notes import notes
from pytest_auth_provider.clients import Client, LoginFailed, Sandbox, Step
from pytest_auth_provider.outcome.outcome import Outcome
from pytest_auth_provider.report.rows import Row, merge
from pytest_auth_provider.report.terminal.failures import notes as told
from pytest_auth_provider.verdict import Verdict
from tests.support.sandboxed import toy_adapter


@pytest.mark.parametrize("of_api", [False, True])
def test_a_tls_hello_on_a_plain_port_is_noise(of_api: bool) -> None:
    """At the provider, and at an API with an origin of its own."""
    with Provider("formance" if of_api else "rfc") as provider:
        host, port = provider.api.removeprefix("http://").partition("/")[0].split(":")
        with socket.create_connection((host, int(port))) as raw, pytest.raises(ssl.SSLError):
            ssl.create_default_context().wrap_socket(raw, server_hostname="localhost")
        assert [noise.what for noise in provider.journal.noise] == ["a TLS ClientHello on the plain-HTTP port"]


def test_a_login_over_https_that_nobody_serves_is_explained(sandbox: Sandbox, provider: Provider) -> None:
    """It is no defect of the client: the message says what came, and what to do."""
    https = provider.issuer.replace("http:", "https:")
    script = f"import urllib.request; urllib.request.urlopen({https!r})"
    adapter = toy_adapter("login", command=("{python}", "-c", script), exits={"login": frozenset({1})})
    with pytest.raises(LoginFailed, match=r"a TLS ClientHello on the plain-HTTP port; a client that insists on https"):
        Client(adapter, sandbox, provider).login()


def test_a_path_that_is_not_served_is_noted(sandbox: Sandbox, provider: Provider) -> None:
    """Without its query, and once; to look for metadata is no guess."""
    asked = [f"{provider.origin}{path}" for path in ("/guessed?a=b", "/guessed", "/.well-known/other")]
    script = f"""
import urllib.request, urllib.error
for url in {asked!r}:
    try: urllib.request.urlopen(url)
    except urllib.error.HTTPError: pass
"""
    adapter = toy_adapter(command=("{python}", "-c", script), run={"use": (Step(),)})
    (note,) = notes(Client(adapter, sandbox, provider).use())
    assert note.startswith("`use` asked for what the provider does not serve: GET /guessed. It is an endpoint that was")


def test_the_same_page_again_is_noted() -> None:
    """With its path alone: the rest holds what is nobody's business."""
    outcome = Outcome("login", ("acme",), 0, opened=("http://a.example/x?state=1",) * 2 + ("http://a.example/y",))
    assert list(notes(outcome)) == ["`login` opened the same page more than once: /x"]
    assert list(notes(Outcome("login", ("acme",), 0))) == []


def test_notes_reach_the_terminal_once() -> None:
    """Whatever contracts they were seen under, and whatever became of those; they survive a process boundary."""
    row = Row("a/b", "", "MUST", "", "", "", "acme", "", Verdict.KEPT, notes=("one", "two"))
    assert Row.from_text(row.as_text()) == row
    (merged,) = merge([row, Row("a/b", "", "MUST", "", "", "", "acme", "", Verdict.BROKEN, notes=("three",))])
    lines = [str(line) for line in told([row, merged], 80)]
    assert lines == ["", "seen meanwhile, accusing nobody:", "  one", "  two", "  three"]
    assert list(told([], 80)) == []


def test_a_daemon_is_noted_once_and_without_its_number() -> None:
    """Unless it was us who killed the command: then nobody could clean up."""
    left = ("12 acme --daemon", "13 acme --daemon", f"14 acme {'x' * 500}")
    said = list(notes(Outcome("use", ("acme",), 0, leftovers=left)))
    assert said == [
        "`use` left a process running, which was ended: acme --daemon",
        f"`use` left a process running, which was ended: acme {'x' * 115}...",
    ]
    assert list(notes(Outcome("use", ("acme",), -9, leftovers=left))) == []

"""Nothing leaves the sandbox through a proxy, and whatever tries to is written down."""

from __future__ import annotations

import shutil
import socket
import sys
from urllib.parse import urlsplit

import pytest

from fakeprovider import Provider
from pytest_auth_provider.checks import check
from pytest_auth_provider.network import Contact
from pytest_auth_provider.strace.connections import TRACER
from tests.support.sandboxed import Make

PYTHON = f"{sys.executable} -c \"import urllib.request as u; u.urlopen('%s', timeout=5)\""
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
needs_strace = pytest.mark.skipif(TRACER.program is None, reason="strace is not there, or may not look into processes")


@needs_curl
def test_curl_is_refused_and_told_why(make: Make) -> None:
    """A tunnel is not made; a plain request gets the reason."""
    client = make("curl -sS https://auth.example.com/x; curl -s http://news.example.com/latest?v=1")
    outcome = client.attempt_login()
    assert client.egress == [
        Contact("auth.example.com", 443, "CONNECT"),
        Contact("news.example.com", 80, "GET http://news.example.com/latest"),
    ]
    assert outcome.contacts == tuple(client.egress)
    assert "403" in outcome.stderr
    assert outcome.stdout == (
        "news.example.com:80 is not the provider, and pytest-auth-provider lets nothing else out\n"
    )


def test_python_is_refused(make: Make) -> None:
    """Standard library, whose proxy variables are in lower case."""
    client = make(PYTHON % "https://auth.example.com:8443/")
    client.attempt_login()
    assert [contact.address for contact in client.egress] == ["auth.example.com:8443"]


def test_the_provider_is_reached_directly(make: Make, provider: Provider) -> None:
    """The loopback needs no proxy."""
    client = make(PYTHON % provider.url("discovery"))
    outcome = client.attempt_login()
    assert outcome.exit_code == 0
    assert client.egress == []


@needs_curl
def test_a_program_that_ignores_no_proxy_reaches_the_provider(make: Make, provider: Provider) -> None:
    """And nothing else on this machine."""
    client = make(f"curl -s --noproxy '' {provider.url('discovery')}; curl -s --noproxy '' http://127.0.0.1:9/")
    outcome = client.attempt_login()
    assert provider.issuer in outcome.stdout
    assert [exchange.endpoint for exchange in outcome.exchanges] == ["discovery"]
    assert [contact.leaves for contact in client.egress] == [False]
    assert check(outcome, client) == []


def test_egress_is_a_finding(make: Make) -> None:
    """Once for each host, with the contract it breaks."""
    client = make("; ".join([PYTHON % "https://auth.example.com/"] * 2) + " 2>&-")
    findings = [finding for finding in check(client.attempt_login(), client) if finding.what == "egress"]
    assert [str(finding) for finding in findings] == [
        "egress in login: auth.example.com:443 was contacted (CONNECT; it was refused)"
    ]
    assert findings[0].contract == "hygiene/no-egress"


@pytest.mark.parametrize("allowed", ["auth.example.com", "*.example.com", "AUTH.*"])
def test_hosts_can_be_allowed(make: Make, allowed: str) -> None:
    """They are recorded and refused, and no finding."""
    client = make(f"{PYTHON % 'https://auth.example.com/'} 2>&-", allow_hosts=(allowed,))
    outcome = client.attempt_login()
    assert len(outcome.contacts) == 1
    assert check(outcome, client) == []


def test_an_outcome_has_its_own_contacts(make: Make) -> None:
    """What an earlier one did is not laid at its door."""
    client = make(PYTHON % "https://auth.example.com/")
    assert [len(client.attempt_login().contacts) for _time in range(2)] == [1, 1]
    assert len(client.egress) == 2


@needs_strace
def test_a_connection_past_the_proxy_is_seen(make: Make) -> None:
    """With `audit_connections`, by its address; the outcome shows the client's own command."""
    past = "import socket; s = socket.socket(); s.settimeout(0.01); s.connect_ex(('192.0.2.1', 443))"
    client = make(f'{sys.executable} -c "{past}"', audit_connections=True)
    outcome = client.attempt_login()
    assert [contact.address for contact in outcome.contacts] == ["192.0.2.1:443"]
    assert "192.0.2.1:443 was contacted (connect(), past the proxy" in str(check(outcome, client)[0])
    assert outcome.argv[0].endswith("sh")


@needs_strace
def test_connections_on_this_machine_are_nobodys_business(make: Make, provider: Provider) -> None:
    """A client whose connections are audited may talk to the provider."""
    client = make(PYTHON % provider.url("discovery"), audit_connections=True)
    outcome = client.attempt_login()
    assert (outcome.exit_code, outcome.contacts, len(outcome.exchanges)) == (0, (), 1)


@pytest.mark.parametrize(
    "request_line", ["CONNECT auth.example.com:443 HTTP/1.1", "GET http://auth.example.com/ HTTP/1.1", "GET / HTTP/1.1"]
)
def test_a_refused_connection_is_closed(make: Make, request_line: str) -> None:
    """Some clients do not exit while a connection to a proxy is open, though it is of no use to them (Node 24)."""
    address = urlsplit(make("true").sandbox.variables["HTTP_PROXY"])
    with socket.create_connection((str(address.hostname), address.port or 0), 20) as connection:
        connection.sendall(f"{request_line}\r\nHost: auth.example.com\r\nConnection: keep-alive\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))  # ends where the proxy closes
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert head.startswith((b"http/1.1 403 ", b"http/1.1 400 "))
    assert b"connection: close" in head

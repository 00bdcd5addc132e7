"""Hosts that are built into a program stand for the provider, its API or a stub; nothing leaves the machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest

from fakeprovider import Provider
from fakeprovider.faults import Refused, Reset
from pytest_auth_provider.clients import Step
from pytest_auth_provider.network.certificates import CA_VARIABLES
from tests.support.sandboxed import Make

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

HOSTS = {"login.example.com": "provider", "Api.example.com": "api"}
DISCOVERY = "https://login.example.com/.well-known/openid-configuration"


@pytest.fixture
def public() -> Iterator[Provider]:
    """A provider that is known by a public address."""
    with Provider(origin="https://login.example.com") as provider:
        yield provider
    assert provider.crashes == []


def test_the_provider_is_found_at_a_public_host(make: Make, public: Provider) -> None:
    """Its documents name that host, and the journal has the exchange as ever."""
    client = make(f"curl -sS {DISCOVERY}", provider=public, hosts=HOSTS)
    outcome = client.attempt_login()
    document = json.loads(outcome.stdout)
    assert document["issuer"] == "https://login.example.com" == public.issuer
    assert document["token_endpoint"] == "https://login.example.com/token"
    (exchange,) = outcome.exchanges
    assert (exchange.endpoint, exchange.status, exchange.scheme) == ("discovery", 200, "https")
    assert dict(exchange.request_headers)["Host"] == "login.example.com"
    assert outcome.contacts == ()


def test_several_requests_share_a_connection(make: Make, public: Provider) -> None:
    """And plain http is proxied as well."""
    client = make(f"curl -sS {DISCOVERY} {DISCOVERY} http://login.example.com/jwks", provider=public, hosts=HOSTS)
    assert [exchange.endpoint for exchange in client.attempt_login().exchanges] == ["discovery", "discovery", "jwks"]


def test_the_api_is_found_at_its_host(make: Make, public: Provider) -> None:
    """It wants a token, like the one at its own address."""
    client = make("curl -sS https://api.example.com/user", provider=public, hosts=HOSTS)
    (exchange,) = client.attempt_login().exchanges
    assert (exchange.endpoint, exchange.status, exchange.path) == ("api", 401, "/user")


def test_stubs_answer_first(make: Make, public: Provider) -> None:
    """At hosts of their own and in front of the provider; what is missing says what to add."""
    stubs = (
        {"host": "cdn.example.com", "path": "/v/*", "json": {"latest": "1.0"}},
        {"host": "login.example.com", "path": "/jwks", "status": 204},
        {"host": "cdn.example.com", "path": "/events", "method": "POST", "status": 202, "json": []},
    )
    script = (
        "curl -sS https://cdn.example.com/v/latest; curl -sS -d x=1 https://cdn.example.com/events;"
        "curl -sS -o /dev/null -w ' %{{http_code}} ' https://login.example.com/jwks; curl -sS https://cdn.example.com/y"
    )
    outcome = make(script, provider=public, hosts=HOSTS, stubs=stubs).attempt_login()
    assert outcome.stdout == (
        '{"latest":"1.0"}[] 204 {"error":"not_found","error_description":"no [[stubs]] entry with '
        'host = \\"cdn.example.com\\", method = \\"GET\\", path = \\"/y\\""}'
    )
    assert outcome.exchanges == ()


def test_other_hosts_are_refused_as_ever(make: Make, public: Provider) -> None:
    """A subdomain is another host."""
    client = make("curl -s https://www.login.example.com/", provider=public, hosts=HOSTS)
    assert [contact.host for contact in client.attempt_login().contacts] == ["www.login.example.com"]


@pytest.mark.parametrize(("fault", "code"), [(Reset(), {35, 52, 56}), (Refused(), {7, 56})])
def test_faults_reach_the_client(make: Make, public: Provider, fault: Reset | Refused, code: set[int]) -> None:
    """Whatever goes wrong with the provider goes wrong at its public address."""
    client = make(f"curl -sS {DISCOVERY}", provider=public, hosts=HOSTS)
    at = () if isinstance(fault, Refused) else "discovery"
    with public.failing(fault, at=at) as armed:
        assert client.attempt_login().exit_code in code
    assert armed.fired


def test_nobody_else_is_trusted(make: Make, public: Provider) -> None:
    """Every usual variable names one file with our authority alone; without it the certificate is refused."""
    client = make(f"cat $SSL_CERT_FILE; curl -sS --cacert /etc/hostname {DISCOVERY}", provider=public, hosts=HOSTS)
    outcome = client.attempt_login()
    assert outcome.stdout.count("BEGIN CERTIFICATE") == 1
    assert outcome.exit_code in (60, 77)
    assert {client.sandbox.variables[name] for name in CA_VARIABLES} == {str(client.sandbox.ca_file)}


def test_a_client_that_does_not_trust_us_is_told_about(make: Make, public: Provider) -> None:
    """The journal notes the handshake that failed, and for which host."""
    script = f"curl -sS --cacert $OTHER {DISCOVERY}"
    with Provider(tls=True) as other:
        client = make(script, provider=public, hosts=HOSTS, env={"OTHER": str(other.ca_file)})
        assert client.attempt_login().exit_code == 60
    (noise,) = public.journal.noise
    assert noise.what.startswith("login.example.com: TLS handshake failed")


def test_node_is_served(make: Make, public: Provider) -> None:
    """Through a tunnel of its own making, as every agent for proxies makes one."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    script = (
        "const http = require('http'), https = require('https'), proxy = new URL(process.env.HTTPS_PROXY);"
        "http.request({host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: 'login.example.com:443'})"
        ".on('connect', (_, socket) => https.get({host: 'login.example.com', path: '/jwks', socket, agent: false},"
        "  answer => { console.log(answer.statusCode); answer.resume(); })).end();"
    )
    step = {"login": (Step(("-e", script)),)}
    client = make("", provider=public, hosts=HOSTS, command=("node",), run=step)
    assert client.attempt_login().stdout == "200\n"


def test_the_browser_goes_there_too(make: Make, public: Provider) -> None:
    """The page at the public address is visited through the same proxy."""
    page = f"{public.url('authorization')}?response_type=code&client_id=a&code_challenge={'c' * 43}"
    script = f"xdg-open '{page}&code_challenge_method=S256&redirect_uri=http://127.0.0.1:1/'"
    client = make(script, provider=public, hosts=HOSTS)
    client.attempt_login()
    assert client.browser.last.hops[0][1] == 302


def test_a_provider_on_https_is_impersonated_under_its_own_authority(make: Make) -> None:
    """One file vouches for both addresses."""
    with Provider(tls=True) as provider:
        url = provider.url("jwks")
        script = f"curl -sS -o /dev/null -w '%{{{{http_code}}}}' {url} -o /dev/null https://login.example.com/jwks"
        client = make(script, provider=provider, hosts=HOSTS)
        assert client.attempt_login().stdout == "200200"

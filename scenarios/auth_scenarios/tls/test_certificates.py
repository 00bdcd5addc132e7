"""Certificates, with an authority that nobody else has: honest ones are trusted, others are not, by any command."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import applies_only, exposed, must, must_fail, must_not_say, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import (
    ExpiredCertificate,
    HandshakeCut,
    NotYetValidCertificate,
    PlainOnTlsPort,
    UnknownCa,
    WrongHost,
)
from fakeprovider.faults.base import TlsFault
from pytest_auth_provider import Client, Outcome, scenario


@scenario(
    "RFC 6749 10.9",
    "The client MUST validate the authorization server's TLS certificate as defined by [RFC6125] and in accordance "
    "with its requirements for server identity authentication.",
    harm="Whoever owns the network that a laptop is in reads its tokens, and signs in as its user.",
    provider={"tls": True},
    signs_in=True,
)
@pytest.mark.parametrize(
    "certificate",
    [
        pytest.param(UnknownCa(), id="unknown-ca"),
        pytest.param(ExpiredCertificate(), id="expired"),
        pytest.param(NotYetValidCertificate(), id="not-yet-valid"),
        pytest.param(WrongHost(), id="wrong-host"),
    ],
)
def test_verification_is_on(auth_provider: Provider, auth_client: Client, certificate: TlsFault) -> None:
    """A certificate that proves nothing ends the login, before anything is sent."""
    _applies_to_its_own_certificates(auth_client)
    with auth_provider.failing(certificate):
        outcome = auth_client.attempt_login()
    _must_have_sent_nothing(outcome)
    auth_client.login()
    auth_client.exposure.add("with an honest certificate of the same authority it signed in")


@scenario(
    "RFC 9110 4.2.2",
    'A client MUST ensure that its HTTP requests for an "https" resource are secured, prior to being communicated, and '
    "that it only accepts secured responses to those requests.",
    harm="It is enough to disturb the connection, and tokens travel where everybody on the network reads them.",
    provider={"tls": True},
    signs_in=True,
)
@pytest.mark.parametrize("disturbance", [PlainOnTlsPort(), HandshakeCut()], ids=["plain-http", "cut"])
def test_no_plain_http_instead(auth_provider: Provider, auth_client: Client, disturbance: TlsFault) -> None:
    """A TLS handshake that fails ends the login: nothing is tried over plain HTTP."""
    _applies_to_its_own_certificates(auth_client)
    with auth_provider.failing(disturbance):
        outcome = auth_client.attempt_login()
    _must_have_sent_nothing(outcome)
    plain = [noise for noise in outcome.noise if noise.startswith("plain HTTP")]
    must(not plain, "nothing is sent over plain HTTP to a port that speaks TLS", "; ".join(plain))
    auth_client.login()
    auth_client.exposure.add("with nothing in the way it signed in over TLS")


@scenario(
    "custom among command-line tools",
    "In our words: a company's own certificate authority is named by a variable such as SSL_CERT_FILE, or one that the "
    "tool documents, and every request to the provider trusts it: those of the sign-in, and of a refresh.",
    harm="Behind a company's proxy nobody can sign in, or everybody is signed out an hour later.",
    level="SHOULD",
    needs={"use"},
    provider={"tls": True},
    signs_in=True,
)
def test_custom_ca_from_environment(auth_client: Client) -> None:
    """An authority that the environment names is trusted by the login and by the refresh alike."""
    _applies_to_its_own_certificates(auth_client)
    with auth_client.clock.let_tokens_expire():
        outcome = auth_client.attempt_login()
        must_succeed(outcome)
    used = auth_client.use()
    secured = [e for e in (*outcome.exchanges, *used.exchanges) if e.scheme == "https"]
    exposed(auth_client, secured, f"it made {len(secured)} requests over TLS", "it made no request over TLS")
    must_succeed(used)


def _applies_to_its_own_certificates(client: Client) -> None:
    """Skip the contract for a client with built-in hosts: what stands for them here is a proxy that has no faults."""
    applies_only(not client.adapter.hosts, f"{client.name} has built-in hosts, of which we can spoil no certificate")


def _must_have_sent_nothing(outcome: Outcome) -> None:
    """Require that a login failed, and that no request of it arrived."""
    made = [exchange.line for exchange in outcome.exchanges]
    must(not made, "nothing is sent over such a connection", f"{len(made)} requests arrived: {'; '.join(made)}")
    must_fail(outcome)
    must_not_say(outcome, "signed_in")

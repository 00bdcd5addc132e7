"""Connections to a provider on https: whose certificates are trusted, and by which proxy it is reached."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from auth_scenarios.verify import applies_only, exposed, must, must_fail, must_not_say, must_succeed, requests
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
from pytest_auth_provider.clients.factory import ClientGroup

BEHIND = "sign-in.invalid"
"""A host that no resolver knows (RFC 6761 6.4): who reaches it has asked the proxy for it."""


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
    with auth_provider.failing(certificate, optional=True) as shown:
        outcome = auth_client.attempt_login()
    applies_only(bool(shown.fired), f"{auth_client.name} opened no TLS connection to a provider on https")
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
    with auth_provider.failing(disturbance, optional=True) as met:
        outcome = auth_client.attempt_login()
    applies_only(bool(met.fired), f"{auth_client.name} opened no TLS connection to a provider on https")
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
    refreshes = auth_client.policies["refresh"] == "refreshes"
    with auth_client.clock.let_tokens_expire() if refreshes else nullcontext():
        outcome = auth_client.attempt_login()
        applies_only(_opened_tls(outcome), f"{auth_client.name} opened no TLS connection to a provider on https")
        must_succeed(outcome)
    used = auth_client.use()
    auth_client.exposure.add("its login and its `use` had to trust an authority that the environment names")
    must_succeed(used)


@scenario(
    "custom among command-line tools",
    "In our words: requests to a provider go through the proxy that HTTPS_PROXY names, all those of a sign-in.",
    harm="In a network with a proxy nobody can sign in, although everything else on the machine works.",
    level="SHOULD",
    provider={"tls": True},
    signs_in=True,
)
def test_proxy_from_environment(auth_client_group: ClientGroup) -> None:
    """A provider that only the proxy can reach is reached through it, by every request of the login."""
    named = auth_client_group.adapter
    applies_only(not named.hosts, f"{named.name} has built-in hosts, which it reaches through the proxy in every test")
    client = auth_client_group.new({BEHIND: "provider"})
    outcome = client.attempt_login()
    begun = [*outcome.exchanges, *(noise for noise in outcome.noise if noise.startswith(BEHIND))]
    if not begun:
        direct = auth_client_group.new().attempt_login()
        applies_only(_opened_tls(direct), f"{client.name} opened no TLS connection to a provider on https")
    must(begun, f"the proxy is asked for {BEHIND}", f"it was not; it printed {outcome.output.strip()[-300:]!r}")
    made = requests(outcome, "discovery", "device_authorization", "token")
    exposed(client, made, f"{len(made)} requests for {BEHIND} came through the proxy", "it trusts no certificate there")
    must_succeed(outcome)


def _applies_to_its_own_certificates(client: Client) -> None:
    """Skip the contract for a client with built-in hosts: what stands for them here is a proxy that has no faults."""
    applies_only(not client.adapter.hosts, f"{client.name} has built-in hosts, of which we can spoil no certificate")


def _must_have_sent_nothing(outcome: Outcome) -> None:
    """Require that a login failed, and that no request of it arrived."""
    made = [exchange.line for exchange in outcome.exchanges]
    must(not made, "nothing is sent over such a connection", f"{len(made)} requests arrived: {'; '.join(made)}")
    must_fail(outcome)
    must_not_say(outcome, "signed_in")


def _opened_tls(outcome: Outcome) -> bool:
    """Return whether an action opened a TLS connection, whether or not anything was sent over it.

    Who does not trust the certificate leaves nothing but a handshake that failed. A program that was made for plain
    http alone is not asked to speak TLS well.
    """
    secured = any(exchange.scheme == "https" for exchange in outcome.exchanges)
    return secured or any("TLS" in noise and "plain HTTP" not in noise for noise in outcome.noise)

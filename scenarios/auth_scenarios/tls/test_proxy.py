"""The proxy that the environment names: where a network has one, it is the only way out."""

from __future__ import annotations

from auth_scenarios.verify import applies_only, exposed, must, must_succeed, requests
from pytest_auth_provider import scenario
from pytest_auth_provider.clients.factory import ClientGroup

BEHIND = "sign-in.invalid"
"""A host that no resolver knows (RFC 6761 6.4): who reaches it has asked the proxy for it."""


@scenario(
    "custom among command-line tools",
    "In our words: requests to a provider go through the proxy that HTTPS_PROXY names, all those of a sign-in.",
    harm="In a network with a proxy nobody can sign in, although everything else on the machine works.",
    level="SHOULD",
    signs_in=True,
)
def test_proxy_from_environment(auth_client_group: ClientGroup) -> None:
    """A provider that only the proxy can reach is reached through it, by every request of the login."""
    named = auth_client_group.adapter
    applies_only(not named.hosts, f"{named.name} has built-in hosts, which it reaches through the proxy in every test")
    client = auth_client_group.new({BEHIND: "provider"})
    outcome = client.attempt_login()
    begun = [*outcome.exchanges, *(noise for noise in outcome.noise if noise.startswith(BEHIND))]
    must(begun, f"the proxy is asked for {BEHIND}", f"it was not; it printed {outcome.output.strip()[-300:]!r}")
    made = requests(outcome, "discovery", "device_authorization", "token")
    exposed(client, made, f"{len(made)} requests for {BEHIND} came through the proxy", "it trusts no certificate there")
    must_succeed(outcome)

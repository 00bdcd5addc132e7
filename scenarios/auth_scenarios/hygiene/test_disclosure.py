"""What a client must never disclose: secrets to anyone, anything to third parties. Checked under every scenario."""

from __future__ import annotations

from auth_scenarios.verify import exposed, must
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.checks.secrets import ChildProcesses


@scenario(
    "RFC 6973 6.1",
    "Data minimization refers to collecting, using, disclosing, and storing the minimal data necessary to perform a "
    "task.",
)
def test_no_egress(auth_client: Client) -> None:
    """No host but the provider and its API is contacted, here or under any other scenario."""
    auth_client.login()
    done = [action for action in ("use", "status", "doctor", "logout") if auth_client.can(action)]
    for action in done:
        auth_client.run(action)
    auth_client.exposure.add(f"ran {', '.join(['login', *done])} with a proxy in front of every other host")


@scenario(
    "RFC 6819 5.1.6; RFC 9700 4.3",
    "Do not store or transmit credentials in clear text: no token on the terminal, in the command line, in a URL.",
)
def test_no_secret_in_output(auth_client: Client) -> None:
    """No issued secret appears on the terminal, in a command line or in a URL, here or under any other scenario."""
    children = ChildProcesses(auth_client)
    children.client.login()
    done = [action for action in ("use", "status", "doctor", "logout") if auth_client.can(action)]
    for action in done:
        children.client.run(action)
    secrets = len(auth_client.provider.secrets)
    exposed(
        auth_client,
        secrets,
        f"ran {', '.join(['login', *done])} with {secrets} issued secrets to look for",
        "the provider issued no secret, so none could be shown",
    )
    shown = [str(finding) for finding in children.findings()]
    must(not shown, "no secret in the command line of any program it starts", "\n".join(shown))

"""What a client must never disclose: secrets to anyone, anything to third parties. Checked under every scenario."""

from __future__ import annotations

from auth_scenarios.verify import exposed, must, run_the_rest
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.checks.secrets import ChildProcesses


@scenario(
    "custom among command-line tools",
    "In our words: a command that signs in or uses a token talks to the provider and to its API; whoever else it "
    "contacts is told of by its adapter.",
    harm="Third parties learn that somebody uses the tool, when and from where, and the user was not asked.",
    level="SHOULD",
)
def test_no_egress(auth_client: Client) -> None:
    """No host but the provider and its API is contacted, here or under any other scenario."""
    auth_client.login()
    done = run_the_rest(auth_client)
    auth_client.exposure.add(f"ran {', '.join(['login', *done])} with a proxy in front of every other host")


@scenario(
    "RFC 6749 10.3; RFC 6749 10.4; RFC 9700 4.3.2",
    "Access token credentials (as well as any confidential access token attributes) MUST be kept confidential in "
    "transit and storage, [...] Refresh tokens MUST be kept confidential in transit and storage, [...] Clients MUST "
    "NOT pass access tokens in a URI query parameter [...] In our words: what is on a terminal, in a command line or "
    "in a URL ends up in logs, in histories and in front of other users.",
    harm="Whoever reads a CI log, a shell history, a proxy's log or the list of processes can act as the user.",
)
def test_no_secret_in_output(auth_client: Client) -> None:
    """No issued secret appears on the terminal, in a command line or in a URL, here or under any other scenario."""
    children = ChildProcesses(auth_client)
    children.client.login()
    done = run_the_rest(children.client)
    secrets = len(auth_client.provider.secrets)
    exposed(
        auth_client,
        secrets,
        f"ran {', '.join(['login', *done])} with {secrets} issued secrets to look for",
        "the provider issued no secret, so none could be shown",
    )
    shown = [str(finding) for finding in children.findings()]
    must(not shown, "no secret in the command line of any program it starts", "\n".join(shown))

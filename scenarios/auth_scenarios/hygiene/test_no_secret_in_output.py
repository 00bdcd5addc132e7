from __future__ import annotations

from pytest_auth_provider import Client, scenario
from pytest_auth_provider.checks.command_lines import ChildProcesses


@scenario(
    "RFC 6819 5.1.6; RFC 9700 4.3",
    "Do not store or transmit credentials in clear text: no token on the terminal, in the command line, in a URL.",
)
def test_no_secret_is_shown(auth_client: Client) -> None:
    """No issued secret appears on the terminal, in a command line or in a URL, here or under any other scenario."""
    children = ChildProcesses(auth_client)
    children.client.login()
    for action in ("use", "status", "doctor", "logout"):
        if auth_client.can(action):
            children.client.run(action)
    shown = [str(finding) for finding in children.findings()]
    assert not shown, "\n".join(["Expected: no secret in the command line of any program it starts", *shown])

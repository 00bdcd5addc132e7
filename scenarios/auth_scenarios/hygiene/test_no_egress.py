from __future__ import annotations

from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 6973 6.1",
    "Data minimization refers to collecting, using, disclosing, and storing the minimal data necessary to perform a "
    "task.",
)
def test_nobody_else_is_contacted(auth_client: Client) -> None:
    """No host but the provider and its API is contacted, here or under any other scenario."""
    auth_client.login()
    for action in ("use", "status", "doctor", "logout"):
        if auth_client.can(action):
            auth_client.run(action)

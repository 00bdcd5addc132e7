from __future__ import annotations

from fakeprovider import Provider
from fakeprovider.faults import HtmlPage
from pytest_auth_provider import Client, scenario


@scenario(
    "review of the OSA device flow (S3)",
    "The polling loop exits with an unhandled traceback instead of a graceful failure message.",
    seed="003_ac4bf891c4a85fd9.txt",
)
def test_no_traceback_is_shown(auth_provider: Provider, auth_client: Client) -> None:
    """No traceback or panic reaches the person, here or under any other scenario."""
    auth_client.login()
    with auth_provider.failing(HtmlPage(500), optional=True):
        for action in ("use", "status", "doctor", "logout"):
            if auth_client.can(action):
                auth_client.run(action)

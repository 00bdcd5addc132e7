"""How every command ends: without a traceback. Checked under every scenario."""

from __future__ import annotations

from auth_scenarios.verify import AUTH_ENDPOINTS, RESOURCES, run_the_rest
from fakeprovider import Provider
from fakeprovider.faults import HtmlPage
from pytest_auth_provider import Client, scenario


@scenario(
    "review of the OSA device flow",
    "The polling loop exits with an unhandled traceback instead of a graceful failure message.",
    harm="Instead of what went wrong and what to do, a user reads the tool's source code and writes a bug report.",
    level="SHOULD",
    origin="OSA's device flow",
)
def test_no_traceback(auth_provider: Provider, auth_client: Client) -> None:
    """No traceback or panic reaches the person, here or under any other scenario."""
    auth_client.login()
    with auth_provider.failing(HtmlPage(500), at=(*AUTH_ENDPOINTS, *RESOURCES), optional=True) as page:
        run_the_rest(auth_client)
        if not page.fired:  # once signed in, it asks nobody
            auth_client.attempt_login()

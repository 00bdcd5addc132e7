from __future__ import annotations

import pytest

from auth_scenarios.verify import must_explain, must_hold_no_credentials, sign_in_by_device
from fakeprovider import Provider
from fakeprovider.faults import Fault, HtmlPage
from pytest_auth_provider import Client, scenario


@scenario(
    "review of the OSA device flow (S3)",
    "If a WAF, reverse-proxy, or the server itself returns a non-JSON body (e.g., an HTML error page) for either "
    "response code, the polling loop exits with an unhandled traceback instead of a graceful failure message.",
    seed="003_ac4bf891c4a85fd9.txt",
)
@pytest.mark.parametrize("page", [pytest.param(HtmlPage(200), id="200"), pytest.param(HtmlPage(400), id="400")])
def test_a_page_instead_of_json_is_a_message(auth_provider: Provider, auth_client: Client, page: Fault) -> None:
    """A poll answered with a page instead of JSON ends in a message: no traceback, nothing stored."""
    with auth_provider.failing(page, at="token", grant="device_code"):
        outcome = sign_in_by_device(auth_client)
    must_explain(outcome)
    must_hold_no_credentials(auth_client)

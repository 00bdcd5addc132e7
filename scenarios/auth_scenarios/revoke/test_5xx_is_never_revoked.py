from __future__ import annotations

import pytest

from auth_scenarios.verify import must_not_crash, must_not_say
from fakeprovider import Provider
from fakeprovider.faults import Fault, HtmlPage, ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 7009 2.2.1; spec-kitty revoke contract, D2 (S4)",
    'A 5xx must never be reported as "revoked successfully".',
    needs={"logout"},
    policy={"logout": "revokes"},
    seed="004_adfe9e4965b3d0bd.txt",
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ServerError(500), id="500"),
        pytest.param(ServerError(503, retry_after=1), id="503"),
        pytest.param(HtmlPage(502), id="html-502"),
    ],
)
def test_a_5xx_is_never_called_revoked(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A 5xx from the revocation endpoint is never reported as a revocation."""
    auth_client.login()
    with auth_provider.failing(failure, at="revocation"):
        outcome = auth_client.logout()
    must_not_crash(outcome)
    must_not_say(outcome, "revoked")

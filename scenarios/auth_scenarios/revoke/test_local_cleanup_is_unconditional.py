from __future__ import annotations

import pytest

from auth_scenarios.verify import must_end_as_declared, must_hold_no_credentials
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Fault, Reset, ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty revoke contract, D1 (S4)",
    "Server-side failures downgrade to warnings: local cleanup is still unconditional.",
    needs={"logout"},
    policy={"logout": "revokes"},
    seed="004_adfe9e4965b3d0bd.txt",
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ServerError(503), id="503"),
        pytest.param(ServerError(429), id="429"),
        pytest.param(ErrorAnswer("invalid_request"), id="400"),
        pytest.param(Reset(), id="reset"),
    ],
)
def test_the_local_cleanup_is_unconditional(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """Whatever the provider answers to the revocation, no credential is left and the exit code is the declared one."""
    auth_client.login()
    with auth_provider.failing(failure, at="revocation"):
        outcome = auth_client.logout()
    must_end_as_declared(outcome)
    must_hold_no_credentials(auth_client)

from __future__ import annotations

from auth_scenarios.verify import must_explain, must_hold_no_credentials, must_request_at_most, sign_in_by_device
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer
from pytest_auth_provider import Client, scenario


@scenario(
    "review of the OSA device flow (S3); RFC 6749 5.2",
    "Correct state-machine transitions (pending, authorized, consumed) and replay-prevention via unique device_code.",
    seed="003_ac4bf891c4a85fd9.txt",
)
def test_a_consumed_code_ends_the_login(auth_provider: Provider, auth_client: Client) -> None:
    """A device code that somebody else has used up ends the login with a message: no more polls, nothing stored."""
    with auth_provider.failing(ErrorAnswer("invalid_grant"), at="token", grant="device_code"):
        outcome = sign_in_by_device(auth_client)
    must_explain(outcome)
    must_request_at_most(outcome, "token", grant="device_code", times=1)
    must_hold_no_credentials(auth_client)

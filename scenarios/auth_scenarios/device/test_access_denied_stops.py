from __future__ import annotations

from auth_scenarios.verify import (
    applies_where_told,
    must_explain,
    must_hold_no_credentials,
    must_request,
    must_say,
    sign_in_by_device,
)
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 8628 3.5",
    "access_denied: The authorization request was denied. [...] the client SHOULD stop polling.",
    seed="003_ac4bf891c4a85fd9.txt",
)
def test_a_denial_stops_the_login(auth_provider: Provider, auth_client: Client) -> None:
    """A user who denies ends the login: no further poll, a message that says so, nothing stored."""
    applies_where_told(auth_provider, auth_client, "access_denied")
    auth_provider.user.script("pending", "deny")
    outcome = sign_in_by_device(auth_client)
    must_explain(outcome)
    must_say(outcome, "denied")
    must_request(outcome, "token", grant="device_code", times=2)
    must_hold_no_credentials(auth_client)

from __future__ import annotations

from auth_scenarios.verify import must_not_crash, must_request, must_say
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty session-status contract, D4 (S4)",
    'On 401, doctor output says "re-authenticate" without attempting to determine why the session is invalid.',
    needs={"doctor_server"},
    seed="004_adfe9e4965b3d0bd.txt",
)
def test_a_401_means_sign_in_again(auth_provider: Provider, auth_client: Client) -> None:
    """A session the provider no longer knows is reported as one thing only: sign in again."""
    auth_client.login()
    auth_provider.end_sessions()
    outcome = auth_client.doctor_server()
    must_not_crash(outcome)
    must_request(outcome, "session_status")
    must_say(outcome, "sign_in_again")

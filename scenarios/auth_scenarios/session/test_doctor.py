"""The self-check of a session: offline by default, and what it says when the provider knows the session no more."""

from __future__ import annotations

from auth_scenarios.verify import must, must_end_as_declared, must_not_crash, must_not_say, must_request, must_say
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty session-status contract, D4",
    'On 401, doctor output says "re-authenticate" without attempting to determine why the session is invalid.',
    harm="A user whose session has ended is sent after a guessed cause, when signing in again is all that helps.",
    level="SHOULD",
    needs={"doctor_server"},
    origin="spec-kitty's sign-out",
)
def test_401_means_sign_in_again(auth_provider: Provider, auth_client: Client) -> None:
    """A session the provider no longer knows is reported as one thing only: sign in again."""
    auth_client.login()
    auth_provider.end_sessions()
    outcome = auth_client.doctor_server()
    must_not_crash(outcome)
    must_request(outcome, "session_status", "userinfo")
    auth_client.exposure.add("its session status was answered after the session had ended")
    must_say(outcome, "sign_in_again")
    must_not_say(outcome, "healthy")


@scenario(
    "spec-kitty doctor contract, D6",
    "_auth_doctor.py is explicitly offline [...]. It reads local files and probes 127.0.0.1 ports only.",
    harm="The command that should tell why nothing works fails or hangs itself where the network is the trouble.",
    level="SHOULD",
    needs={"doctor"},
    origin="spec-kitty's sign-out",
)
def test_offline_by_default(auth_client: Client) -> None:
    """Without its server option the self-check asks the provider nothing."""
    auth_client.login()
    outcome = auth_client.doctor()
    must_end_as_declared(outcome)
    auth_client.exposure.add("checked itself while it was signed in")
    lines = "\n".join(exchange.line for exchange in outcome.exchanges)
    must(not outcome.exchanges, "no request at all", lines)

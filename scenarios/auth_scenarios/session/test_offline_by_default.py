from __future__ import annotations

from auth_scenarios.verify import must_end_as_declared
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty doctor contract, D6 (S4)",
    "_auth_doctor.py is explicitly offline: it reads local files and probes 127.0.0.1 ports only.",
    needs={"doctor"},
    seed="004_adfe9e4965b3d0bd.txt",
)
def test_the_doctor_is_offline_by_default(auth_client: Client) -> None:
    """Without its server option the self-check asks the provider nothing."""
    auth_client.login()
    outcome = auth_client.doctor()
    must_end_as_declared(outcome)
    lines = "\n".join(exchange.line for exchange in outcome.exchanges)
    assert not outcome.exchanges, f"Expected: no request at all\nActual:   {lines}"

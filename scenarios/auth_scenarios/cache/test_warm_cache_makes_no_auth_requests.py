from __future__ import annotations

from auth_scenarios.verify import AUTH_ENDPOINTS, RESOURCES, must_not_request, must_succeed, requests
from pytest_auth_provider import Client, scenario


@scenario(
    "formancehq/fctl#116 (S2)",
    "With a warm cache, stack commands make zero auth network calls.",
    needs={"use_cached"},
    seed="002_ff4e8899057ae063.txt",
)
def test_a_warm_cache_makes_no_auth_requests(auth_client: Client) -> None:
    """A command that finds a fresh token in its cache calls the API and nobody else."""
    auth_client.login()
    must_succeed(auth_client.use_cached())
    outcome = auth_client.use_cached()
    must_succeed(outcome)
    assert requests(outcome, *RESOURCES), "Expected: the API is called\nActual:   it was not"
    must_not_request(outcome, *AUTH_ENDPOINTS)

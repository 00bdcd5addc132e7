from __future__ import annotations

from auth_scenarios.verify import applies_only, must_not_crash, must_succeed, requests
from fakeprovider import Provider
from fakeprovider.faults import ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "formancehq/fctl#116, review (S2)",
    "The lazy relying party uses sync.Mutex (not sync.Once) so that transient OIDC discovery failures are retried on "
    "the next call rather than cached permanently.",
    needs={"use"},
    seed="002_ff4e8899057ae063.txt",
)
def test_a_failed_discovery_is_tried_again(auth_provider: Provider, auth_client: Client) -> None:
    """A discovery that failed for the moment is not remembered as failed: the next command discovers and succeeds."""
    auth_client.login()
    asked = auth_client.use()
    applies_only(
        bool(requests(asked, "discovery")), f"{auth_client.name} does not discover its provider as it uses a token"
    )
    with auth_provider.failing(ServerError(503), at="discovery"):
        must_not_crash(auth_client.use())
    must_succeed(auth_client.use())

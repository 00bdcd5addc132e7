"""Discovery that fails: the failure is reported, and forgotten with the next command."""

from __future__ import annotations

from auth_scenarios.verify import applies_only, must_not_crash, must_succeed, requests
from fakeprovider import Provider
from fakeprovider.faults import ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "formancehq/fctl#116",
    "The lazy relying party uses sync.Mutex (not sync.Once) so that transient OIDC discovery failures are retried on "
    "the next call rather than cached permanently.",
    harm="One short outage of the provider leaves the tool broken until somebody finds out what to delete or restart.",
    level="SHOULD",
    needs={"use"},
    origin="fctl's token cache",
    profile={"discovers": "use"},
    signs_in=True,
)
def test_transient_failure_is_retried(auth_provider: Provider, auth_client: Client) -> None:
    """A discovery that failed for the moment is not remembered as failed: the next command discovers and succeeds."""
    auth_client.login()
    asked = auth_client.use()
    applies_only(
        bool(requests(asked, "discovery")), f"{auth_client.name} does not discover its provider as it uses a token"
    )
    with auth_provider.failing(ServerError(503), at="discovery"):
        must_not_crash(auth_client.use())
    must_succeed(auth_client.use())

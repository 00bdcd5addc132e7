"""How many pages a client opens for the person. Checked under every scenario."""

from __future__ import annotations

from auth_scenarios.verify import applies_only
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 8628 3.1",
    "To avoid unneeded requests on the token endpoint, the client SHOULD only commence a device authorization request "
    "when prompted by the user and not automatically, such as when the app starts or when the previous authorization "
    "session expires or fails. In our words: and a browser flow opens no page after page by itself.",
    harm="In the morning hundreds of sign-in tabs are open, and the right one is not to be found.",
    level="SHOULD",
)
def test_unattended_retries_open_no_more_tabs(auth_provider: Provider, auth_client: Client) -> None:
    """A login that nobody answers, or that is denied, opens no tab after tab, here or under any other scenario.

    Three sign-in pages of one action are let pass: another try, another account.
    """
    auth_provider.user.denies()
    auth_provider.user.script("pending", "pending", "pending", "pending", "pending")
    outcome = auth_client.attempt_login()
    applies_only(bool(outcome.opened), f"{auth_client.name} opens no page by itself")
    auth_client.exposure.add(f"the login waited and was denied; a browser was opened {len(outcome.opened)} time(s)")

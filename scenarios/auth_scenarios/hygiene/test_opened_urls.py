"""What a client hands to the programs that open a page: a provider, or who poses as one, has written it."""

from __future__ import annotations

import pytest

from auth_scenarios.browser.sign_ins import end, in_the_browser, sign_in
from auth_scenarios.verify import applies_only, must
from fakeprovider import Provider
from fakeprovider.faults import WrongMember
from pytest_auth_provider import Client, scenario

SECONDS = 12.0
"""Seconds within which a client that was told of such a page has opened it, or refused to."""


@scenario(
    "custom among command-line tools",
    "In our words: only addresses of the web are handed to programs that open them; any other starts what is on the "
    "machine.",
    harm="A sign-in at the wrong address runs a program on the machine of the user, or shows its files.",
    level="SHOULD",
)
@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)"])
def test_opens_only_http_urls(auth_provider: Provider, auth_client: Client, url: str) -> None:
    """No program is asked to open what is no address of the web, such as a file, a script or another program."""
    pages = [WrongMember("verification_uri", url), WrongMember("verification_uri_complete", url)]
    with (
        auth_provider.failing(WrongMember("authorization_endpoint", url), at="discovery", optional=True),
        auth_provider.failing(*pages, at="device_authorization", optional=True),
    ):
        outcome, _by_itself = end(in_the_browser(auth_client).start("login"), SECONDS)
    told = any("_uri" in fault or "authorization_endpoint" in fault for e in outcome.exchanges for fault in e.faults)
    applies_only(told, f"{auth_client.name} is told no sign-in page by a provider of this family")
    auth_client.exposure.add(f"the sign-in page was said to be {url}")
    opens = outcome.opened or sign_in(auth_client).opened
    applies_only(bool(opens), f"{auth_client.name} opens no page by itself")
    foreign = [one for one in outcome.opened if not one.lower().startswith(("http:", "https:"))]
    must(not foreign, "only http and https are handed to a browser", f"it was asked to open {', '.join(foreign)}")

"""How values are written into the form of a token request."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from auth_scenarios.verify import applies_only, applies_where_changed, must, requests
from fakeprovider import Provider
from fakeprovider.faults import WrongMember
from pytest_auth_provider import Client, scenario

AWKWARD = "a+b/c=d&e%25f~g.h i"
"""Characters that a token may have (RFC 6749 A.17), and that mean something else in a form unless they are encoded."""


@scenario(
    "RFC 6749 6",
    "If the authorization server issued a refresh token to the client, the client makes a refresh request to the token "
    'endpoint by adding the following parameters using the "application/x-www-form-urlencoded" format per Appendix B '
    "with a character encoding of UTF-8 in the HTTP request entity-body [...] In our words: so a value arrives as it "
    "was issued, a device code as well as a refresh token.",
    harm="With every refresh token that happens to hold a plus sign, a user is signed out for no reason.",
)
@pytest.mark.parametrize("member", ["refresh_token", "device_code"])
def test_values_are_form_encoded(auth_provider: Provider, auth_client: Client, member: str) -> None:
    """A token or a code with characters that a form gives a meaning to arrives as it was issued."""
    refreshing = member == "refresh_token"
    applies_only(not refreshing or auth_client.can("use"), f"{auth_client.name} has no `use`")
    at = "token" if refreshing else "device_authorization"
    with (
        auth_client.clock.let_tokens_expire() if refreshing else nullcontext(),
        auth_provider.failing(WrongMember(member, AWKWARD), at=at, optional=True) as armed,
    ):
        outcome = auth_client.attempt_login()
    applies_where_changed(auth_provider, auth_client, armed.fired, member)
    if refreshing:
        outcome = auth_client.use()
    carrying = [exchange for exchange in requests(outcome, "token") if member in exchange.form]
    applies_only(bool(carrying), f"{auth_client.name} sends no {member}")
    in_json = any("json" in exchange.header("Content-Type") for exchange in carrying)
    applies_only(not in_json, f"{auth_client.name} sends JSON to a provider that takes it, and no form")
    sent = [exchange.form[member] for exchange in carrying]
    auth_client.exposure.add(f"it was given {AWKWARD!r} as {member}, and sent it")
    must(set(sent) == {AWKWARD}, f"{member} arrives as {AWKWARD!r}", f"it arrived as {sent[0]!r}")

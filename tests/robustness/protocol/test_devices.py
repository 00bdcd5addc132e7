"""The polls of a device, clause by clause, in every dialect whose devices poll with a form (RFC 8628 3)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.robustness.protocol.conftest import Party
from tests.robustness.protocol.refusals import refused
from tests.support.oauth_client import DEVICE_CODE, OAuthClient

DEVICES = ["codecarbon", "formance", "github", "keycloak", "osa", "rfc", "spec_kitty"]
"""Those whose devices poll with a form."""

device_dialects = pytest.mark.parametrize("dialect", DEVICES)


def poll(client: OAuthClient, code: str, **changes: Any) -> httpx.Response:
    """One poll, wherever the family has it."""
    if client.provider.dialect.name != "osa":
        return client.poll(code, **changes)
    form = {"grant_type": DEVICE_CODE, "device_code": code, "client_id": client.client_id, **changes}
    url = client.provider.url("device_authorization") + "/token"
    return client.http.post(url, data={name: value for name, value in form.items() if value is not None})


STEPS = {"pending": "authorization_pending", "slow_down": "slow_down", "deny": "access_denied"}


@device_dialects
@pytest.mark.parametrize("step", STEPS)
def test_a_device_waits(party: Party, dialect: str, step: str) -> None:
    """RFC 8628 3.5: while nobody has decided, where it polls too fast, and after a denial."""
    client = party(dialect)
    client.provider.user.script(step)
    refused(client, poll(client, client.device()["device_code"]), STEPS[step])


@device_dialects
def test_polling_too_fast(party: Party, dialect: str) -> None:
    """RFC 8628 3.5: before the interval is over."""
    client = party(dialect)
    client.provider.device_interval = 5
    client.provider.user.ignores()
    code = client.device()["device_code"]
    refused(client, poll(client, code), "authorization_pending")
    refused(client, poll(client, code), "slow_down")


@device_dialects
def test_a_device_code_expires(party: Party, dialect: str) -> None:
    """RFC 8628 3.5."""
    client = party(dialect)
    code = client.device()["device_code"]
    client.provider.clock.advance(client.provider.device_code_lifetime + 1)
    refused(client, poll(client, code), "expired_token")


@device_dialects
def test_a_device_code_works_once(party: Party, dialect: str) -> None:
    """RFC 8628 3.5, RFC 6749 4.1.2."""
    client = party(dialect)
    code = client.device()["device_code"]
    assert poll(client, code).status_code == 200
    refused(client, poll(client, code), "invalid_grant")


@device_dialects
@pytest.mark.parametrize("code", ["made-up", None])
def test_a_device_code_of_nobody(party: Party, dialect: str, code: str | None) -> None:
    """RFC 8628 3.4, RFC 6749 5.2."""
    client = party(dialect)
    refused(client, poll(client, code), "invalid_grant" if code else "invalid_request")  # type: ignore[arg-type]  # None is left out


@device_dialects
def test_what_a_device_is_told(party: Party, dialect: str) -> None:
    """RFC 8628 3.2: in no cache, an address to type, a code that a person can read, whole seconds."""
    client = party(dialect)
    answer = client.request("device_authorization", scope="openid")
    told = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert {"device_code", "user_code", "verification_uri", "expires_in"} <= told.keys()
    assert isinstance(told["expires_in"], int)
    assert told["user_code"] not in told["verification_uri"]
    assert len(told["device_code"]) >= 22
    assert told["user_code"].isascii()

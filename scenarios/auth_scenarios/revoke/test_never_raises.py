from __future__ import annotations

import pytest

from auth_scenarios.verify import must_hold_no_credentials, must_not_crash
from fakeprovider import Provider
from fakeprovider.faults import Body
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty revoke contract, D2 (S4)",
    'RevokeFlow returns a RevokeOutcome enum rather than raising exceptions, matching the "never raises" contract.',
    needs={"logout"},
    policy={"logout": "revokes"},
    seed="004_adfe9e4965b3d0bd.txt",
)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(t, id=i)
        for i, t in {"empty": "", "list": "[]", "null": "null", "text": "okay", "half": '{"revoked"'}.items()
    ],
)
def test_signing_out_never_raises(auth_provider: Provider, auth_client: Client, text: str) -> None:
    """A 200 with an empty, broken or odd body ends in no traceback, and the local session is gone."""
    auth_client.login()
    with auth_provider.failing(Body(text), at="revocation"):
        outcome = auth_client.logout()
    must_not_crash(outcome)
    must_hold_no_credentials(auth_client)

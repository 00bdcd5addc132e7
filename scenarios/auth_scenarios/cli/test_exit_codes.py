"""Exit codes: what scripts and build servers go by."""

from __future__ import annotations

import pytest

from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import RESOURCES, exposed, must_fail, must_not_say, requests
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Fault, HtmlPage, Reset, ServerError
from pytest_auth_provider import Client, scenario

CUSTOM = "custom among command-line tools"


@scenario(
    CUSTOM,
    "In our words: a login that did not succeed exits with a code other than 0, and does not say that it did.",
    harm="A script takes a failed sign-in for a success, goes on without one, and fails where nobody looks.",
    level="SHOULD",
    signs_in=True,
)
@pytest.mark.parametrize(
    ("at", "fault"),
    [
        pytest.param("token", ErrorAnswer("access_denied"), id="denied"),
        pytest.param("token", ErrorAnswer("invalid_client", 401), id="invalid-client"),
        pytest.param("token", HtmlPage(200), id="html"),
        pytest.param("token", ErrorAnswer("server_error", 400), id="unknown-error"),
    ],
)
def test_failed_login_exits_nonzero(auth_provider: Provider, auth_client: Client, at: str, fault: Fault) -> None:
    """A login that fails exits with a code other than 0, claims nothing and stores nothing."""
    with auth_provider.failing(fault, at=at):
        outcome = auth_client.attempt_login()
    exposed(auth_client, requests(outcome, "token"), "its login failed", "its login asked for no token")
    must_fail(outcome)
    must_not_say(outcome, "signed_in")
    must_hold_no_credentials(auth_client)


@scenario(
    CUSTOM,
    "In our words: a command whose token was refused exits with a code other than 0.",
    harm="A nightly job reports success for months, and has done nothing since its token ended.",
    level="SHOULD",
    needs={"use"},
    policy={"use": "calls"},
)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(ErrorAnswer("invalid_token", 401), id="401"),
        pytest.param(ErrorAnswer("insufficient_scope", 403), id="403"),
        pytest.param(ServerError(500), id="500"),
        pytest.param(Reset(), id="reset"),
    ],
)
def test_failed_use_exits_nonzero(auth_provider: Provider, auth_client: Client, fault: Fault) -> None:
    """A command that the API refuses, or fails to answer, exits with a code other than 0."""
    auth_client.login()
    with auth_provider.failing(fault, at=RESOURCES):
        outcome = auth_client.use()
    must_fail(outcome)

"""Redirects: a request that carries a credential goes to whom it was meant for, and to nobody else."""

from __future__ import annotations

from typing import Literal, get_args

import pytest

from auth_scenarios.verify import RESOURCES, applies_only, must
from fakeprovider import Provider
from fakeprovider.faults import Redirect
from pytest_auth_provider import Client, scenario

Status = Literal[301, 302, 303, 307, 308]

SHARED = (
    "Access token credentials (as well as any confidential access token attributes) MUST be kept confidential in "
    "transit and storage, and only shared among the authorization server, the resource servers the access token is "
    "valid for, and the client to whom the access token is issued."
)


@scenario(
    "RFC 6749 10.3",
    SHARED + " In our words: whoever a redirect names is none of these.",
    harm="One open redirect at the provider or the API hands the tokens of every user to a stranger.",
    needs={"use"},
)
@pytest.mark.parametrize("status", get_args(Status))
@pytest.mark.parametrize("at", ["token", "api", "revocation"])
def test_no_credentials_across_redirects(auth_provider: Provider, auth_client: Client, at: str, status: Status) -> None:
    """A redirect from the token endpoint, the revocation endpoint or the API takes no credential to another origin."""
    action = "logout" if at == "revocation" else "use"
    applies_only(auth_client.can(action), f"{auth_client.name} has no `{action}`")
    refreshes = auth_client.policies["refresh"] == "refreshes"
    applies_only(at != "token" or refreshes, f"{auth_client.name} declares that it never refreshes")
    applies_only(at != "revocation" or auth_client.policies["logout"] == "revokes", "its sign-out is local")
    applies_only(at != "api" or auth_client.policies["use"] == "calls", "its `use` does not call the API")
    auth_client.login(expired=at == "token")
    with Provider() as stranger:
        where = RESOURCES if at == "api" else at
        with auth_provider.failing(Redirect(stranger.origin, status), at=where):
            auth_client.run(action)
        sent = [e for e in stranger.journal if _credentials(auth_provider, e.bearer, *e.form.values())]
        told = "; ".join(f"{e.method} {e.path}" for e in sent)
    must(not sent, "no credential goes to where the redirect leads", f"the stranger was sent one: {told}")


def _credentials(provider: Provider, *values: str) -> bool:
    """Return whether one of the values is a secret that the provider has issued."""
    return any(value in provider.secrets for value in values if value)

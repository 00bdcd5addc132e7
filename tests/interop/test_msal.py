"""MSAL, which is used to another provider altogether: an OIDC authority like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msal  # type: ignore[import-untyped]  # it ships no types
import pytest
import requests

from fakeprovider import Provider
from fakeprovider.faults import WrongIssuer, WrongNonce
from fakeprovider.state.clients import ClientRecord
from tests.support.providers import Serve

from .conftest import Browser

SCOPES = ["email"]
REDIRECT = "http://localhost:9"

Application = Callable[..., Any]


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider as MSAL likes them: on https, below a path, with whole seconds (none) between polls."""
    return serve(tls=True, path="/tenant", device_interval=0)


@pytest.fixture
def application(provider: Provider) -> Iterator[Application]:
    """A public client, or with `client_credential` a confidential one."""
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(provider.ca_file)

        def make(**options: Any) -> Any:
            kind = msal.ConfidentialClientApplication if options else msal.PublicClientApplication
            return kind("cli", oidc_authority=provider.issuer, http_client=session, **options)

        yield make


def sign_in(provider: Provider, app: Any, browser: Browser) -> dict[str, Any]:
    """What MSAL makes of a sign-in by browser."""
    # MSAL warns of answers in the query.
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT, response_mode="form_post")
    answer = browser.visit_form(provider, flow["auth_uri"])
    result: dict[str, Any] = app.acquire_token_by_auth_code_flow(flow, answer)
    return result


def test_code_flow(provider: Provider, application: Application, browser: Browser) -> None:
    """Sign-in with PKCE, state and nonce; the account is known from the id token."""
    app = application()
    result = sign_in(provider, app, browser)
    assert result["id_token_claims"]["iss"] == provider.issuer
    assert [account["username"] for account in app.get_accounts()] == [provider.user.person.preferred_username]


def test_silent_refresh(provider: Provider, application: Application, browser: Browser) -> None:
    """The cached refresh token gets the next access token without anybody looking."""
    app = application()
    first = sign_in(provider, app, browser)
    again = app.acquire_token_silent_with_error(SCOPES, app.get_accounts()[0], force_refresh=True)
    assert again["access_token"] != first["access_token"]
    assert len(provider.journal.where(grant="refresh_token", status=200)) == 1


def test_a_revoked_session(provider: Provider, application: Application, browser: Browser) -> None:
    """When the session is over, MSAL says so in the provider's words."""
    app = application()
    sign_in(provider, app, browser)
    provider.end_sessions()
    result = app.acquire_token_silent_with_error(SCOPES, app.get_accounts()[0], force_refresh=True)
    assert result["error"] == "invalid_grant"


def test_device_flow(provider: Provider, application: Application) -> None:
    """MSAL polls while the user thinks, and has a token when the user approves."""
    app = application()
    provider.user.script("pending", "pending", "approve")
    result = app.acquire_token_by_device_flow(app.initiate_device_flow(SCOPES))
    assert result["id_token_claims"]["aud"] == "cli"
    assert [exchange.status for exchange in provider.journal.where(endpoint="token")] == [400, 400, 200]


def test_client_credentials(provider: Provider, application: Application) -> None:
    """A confidential client gets a token for itself, and takes it from its cache the next time."""
    provider.clients.add(ClientRecord("cli", secret="secret"))
    app = application(client_credential="secret")
    first, second = app.acquire_token_for_client(["read"]), app.acquire_token_for_client(["read"])
    assert (first["token_source"], second["token_source"]) == ("identity_provider", "cache")


def test_a_denial(provider: Provider, application: Application, browser: Browser) -> None:
    """The error that comes back with the browser is told."""
    provider.user.denies()
    assert sign_in(provider, application(), browser)["error"] == "access_denied"


def test_another_nonce(provider: Provider, application: Application, browser: Browser) -> None:
    """Our fault is a real one: an id token of another sign-in is refused."""
    with provider.failing(WrongNonce()), pytest.raises(RuntimeError, match="nonce"):
        sign_in(provider, application(), browser)


def test_another_issuer(provider: Provider, application: Application) -> None:
    """Metadata of somebody else are refused."""
    with provider.failing(WrongIssuer()), pytest.raises(ValueError, match="issuer"):
        application()

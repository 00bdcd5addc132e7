"""requests-oauthlib: what oauthlib insists on (https, scopes that do not change, Bearer tokens) is what it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from oauthlib.oauth2 import (
    BackendApplicationClient,
    DeviceClient,
    InvalidGrantError,
    MismatchingStateError,
    WebApplicationClient,
)
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError, CustomOAuth2Error, MissingTokenError
from requests_oauthlib import OAuth2Session

from fakeprovider import Provider
from fakeprovider.faults import Fault, MissingMember, WrongMember
from fakeprovider.state.clients import ClientRecord

from .conftest import Browser

REDIRECT = "https://127.0.0.1:9/callback"
SCOPE = ["openid", "profile", "offline_access"]

Sessions = Callable[..., OAuth2Session]


@pytest.fixture
def session_of() -> Iterator[Sessions]:
    """Sessions that trust the provider, and nobody's environment."""
    with ExitStack() as stack:

        def make(provider: Provider, **options: Any) -> OAuth2Session:
            usual = {"client_id": "cli", "redirect_uri": REDIRECT, "scope": SCOPE, "pkce": "S256"}
            session = stack.enter_context(OAuth2Session(**{**usual, **options}))
            session.verify = str(provider.ca_file)
            session.trust_env = False
            return session

        yield make


def sign_in(provider: Provider, session: OAuth2Session, browser: Browser) -> dict[str, Any]:
    """The token answer to a sign-in by browser."""
    url, _state = session.authorization_url(provider.url("authorization"), nonce="n")
    back = browser.visit(provider, url)
    return dict(session.fetch_token(provider.url("token"), authorization_response=back, include_client_id=True))


def test_code_flow(secure: Provider, session_of: Sessions, browser: Browser) -> None:
    """Sign-in with PKCE and state; the API takes the token."""
    session = session_of(secure)
    tokens = sign_in(secure, session, browser)
    assert tokens["scope"] == SCOPE
    assert session.get(secure.url("userinfo")).json()["sub"] == secure.user.person.sub
    assert session.get(f"{secure.api}/things").status_code == 200


def test_refresh(secure: Provider, session_of: Sessions, browser: Browser) -> None:
    """A refresh rotates; the spent token is refused."""
    session = session_of(secure)
    spent = sign_in(secure, session, browser)["refresh_token"]
    refreshed = session.refresh_token(secure.url("token"), client_id="cli")
    assert refreshed["refresh_token"] != spent
    with pytest.raises(InvalidGrantError):
        session.refresh_token(secure.url("token"), refresh_token=spent, client_id="cli")


def test_refresh_on_its_own(secure: Provider, session_of: Sessions) -> None:
    """An expired token is refreshed as it is used."""
    issued = secure.issue("cli", scope=" ".join(SCOPE))
    kept: list[dict[str, Any]] = []
    old = {"access_token": issued.access_token, "refresh_token": issued.refresh_token, "expires_in": -1}
    session = session_of(
        secure,
        token={**old, "token_type": "Bearer"},
        auto_refresh_url=secure.url("token"),
        auto_refresh_kwargs={"client_id": "cli"},
        token_updater=kept.append,
    )
    assert session.get(f"{secure.api}/things").status_code == 200
    assert kept[0]["access_token"] != issued.access_token


def test_client_credentials(secure: Provider, session_of: Sessions) -> None:
    """A client with a secret gets a token for itself."""
    secure.clients.add(ClientRecord("machine", secret="s%3A +t"))
    client = BackendApplicationClient("machine", scope="read")
    session = session_of(secure, client=client, client_id=None, scope=None, pkce=None)
    token = session.fetch_token(secure.url("token"), client_secret="s%3A +t", include_client_id=True)
    assert token["token_type"] == "Bearer"


def test_device_flow(secure: Provider, session_of: Sessions) -> None:
    """Codes are polled with the body that oauthlib makes; its reading of the answers is ours."""
    session = session_of(secure, client=DeviceClient("cli", scope="openid"), scope="openid", pkce=None)
    form = {"client_id": "cli", "scope": "openid"}
    started = session.request("POST", secure.url("device_authorization"), data=form, withhold_token=True)
    code = started.json()["device_code"]
    secure.user.script("pending", "approve")
    with pytest.raises(CustomOAuth2Error, match="authorization_pending"):
        session.fetch_token(secure.url("token"), device_code=code, include_client_id=True)
    assert session.fetch_token(secure.url("token"), device_code=code, include_client_id=True)["id_token"]


def test_revocation(secure: Provider, session_of: Sessions) -> None:
    """The request that oauthlib prepares (RFC 7009) revokes."""
    issued = secure.issue("cli", scope=" ".join(SCOPE))
    session = session_of(secure)
    url, headers, body = WebApplicationClient("cli").prepare_token_revocation_request(
        secure.url("revocation"), issued.refresh_token, "refresh_token", client_id="cli"
    )
    assert session.request("POST", url, headers=headers, data=body, withhold_token=True).status_code == 200
    with pytest.raises(InvalidGrantError):
        session.refresh_token(secure.url("token"), refresh_token=issued.refresh_token, client_id="cli")


def test_a_denial(secure: Provider, session_of: Sessions, browser: Browser) -> None:
    """The error that comes back with the browser is raised."""
    secure.user.denies()
    with pytest.raises(AccessDeniedError):
        sign_in(secure, session_of(secure), browser)


def test_another_state(secure: Provider, session_of: Sessions, browser: Browser) -> None:
    """An answer to another request is refused."""
    session = session_of(secure)
    url, _state = session.authorization_url(secure.url("authorization"))
    back = browser.visit(secure, url).replace("state=", "state=x")
    with pytest.raises(MismatchingStateError):
        session.fetch_token(secure.url("token"), authorization_response=back, include_client_id=True)


BENT: list[tuple[Fault, type[Exception]]] = [
    (MissingMember("access_token"), MissingTokenError),
    (WrongMember("scope", "openid admin"), Warning),
]


@pytest.mark.parametrize(("fault", "refusal"), BENT, ids=[repr(fault) for fault, _ in BENT])
def test_bent_answers(
    secure: Provider, session_of: Sessions, browser: Browser, fault: Fault, refusal: type[Exception]
) -> None:
    """Our faults are real ones: oauthlib, which knows nothing of us, refuses them."""
    with secure.failing(fault, at="token"), pytest.raises(refusal):
        sign_in(secure, session_of(secure), browser)

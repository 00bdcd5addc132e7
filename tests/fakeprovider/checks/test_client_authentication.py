"""How clients prove who they are (RFC 6749 2.3, RFC 7523 2.2)."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from fakeprovider import ClientRecord, Provider, SettingError

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.generate_key("P-256")
JWKS = {"keys": [KEY.as_dict(private=False)]}


def basic(client: OAuthClient, client_id: str, secret: str, /, **members: object) -> httpx.Response:
    """Ask for a token with HTTP Basic, id and secret form encoded (RFC 6749 2.3.1)."""
    auth = (quote_plus(client_id), quote_plus(secret))
    form = {"grant_type": "client_credentials", **{name: str(value) for name, value in members.items()}}
    return client.http.post(client.provider.url("token"), data=form, auth=auth)


def assertion(provider: Provider, key: ECKey = KEY, /, **changes: object) -> dict[str, object]:
    """The members of a token request that authenticates with a signed JWT."""
    now = int(time.time())
    claims = {
        "iss": "cli",
        "sub": "cli",
        "aud": provider.url("token"),
        "exp": now + 60,
        "iat": now,
        "jti": str(uuid.uuid4()),
        **changes,
    }
    given = {name: value for name, value in claims.items() if value is not None}
    signed = jwt.encode({"alg": "ES256"}, given, key)
    return {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}


def test_any_client_with_any_secret_is_welcome(client: OAuthClient) -> None:
    """Nothing needs to be registered: unknown ids and secrets are taken at their word."""
    assert basic(client, "anybody", "anything").status_code == 200
    answer = client.post("token", grant_type="client_credentials", client_id="else", client_secret="whatever")
    assert answer.status_code == 200


def test_only_registered_clients_where_the_test_wants_it(provider: Provider, client: OAuthClient) -> None:
    """With registered_clients_only, strangers are refused everywhere, and told who is known."""
    provider.registered_clients_only = True
    provider.clients.add(ClientRecord("known"))

    answer = client.post("device_authorization", client_id="stranger")

    client.refused(answer, "invalid_client", "'stranger'", "registered: known", status=401)
    assert client.authorize(client_id="stranger").status_code == 400
    assert client.post("device_authorization", client_id="known").status_code == 200


@pytest.mark.parametrize("secret", ["s3cret", "with space + plus & ümlaut:colon%"])
def test_a_registered_secret_is_compared(provider: Provider, client: OAuthClient, secret: str) -> None:
    """Basic and post both carry the secret; the id and the secret of Basic are form encoded."""
    provider.clients.add(ClientRecord("cli", secret=secret))

    assert basic(client, "cli", secret).status_code == 200
    form = {"grant_type": "client_credentials", "client_id": "cli", "client_secret": secret}
    assert client.post("token", **form).status_code == 200
    client.refused(basic(client, "cli", "wrong"), "invalid_client", "'cli'", "another one", status=401)


def test_a_secret_that_is_not_form_encoded_is_explained(provider: Provider, client: OAuthClient) -> None:
    """The usual mistake with HTTP Basic is named (RFC 6749 2.3.1)."""
    provider.clients.add(ClientRecord("cli", secret="100%+1"))

    form = {"grant_type": "client_credentials"}
    answer = client.http.post(provider.url("token"), data=form, auth=("cli", "100%+1"))

    client.refused(answer, "invalid_client", "without the form encoding", status=401)
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_an_empty_secret_is_no_secret(provider: Provider, client: OAuthClient) -> None:
    """Basic with an empty secret names a public client, unless that is switched off."""

    def begin() -> httpx.Response:
        return client.http.post(provider.url("device_authorization"), data={"scope": "openid"}, auth=("fctl", ""))

    assert begin().status_code == 200
    assert provider.journal.where(endpoint="device_authorization")[-1].client_id == "fctl"
    provider.accept_empty_client_secret = False
    client.refused(begin(), "invalid_client", "empty secret", status=401)


def test_one_way_at_a_time(provider: Provider, client: OAuthClient) -> None:
    """Two authentications in one request are refused, unless that is switched off (RFC 6749 2.3)."""
    client.refused(
        basic(client, "cli", "a", client_secret="b"), "invalid_request", "client_secret_basic and as client_secret_post"
    )
    provider.one_client_authentication = False
    assert basic(client, "cli", "a", client_secret="b").status_code == 200


def test_one_client_at_a_time(client: OAuthClient) -> None:
    """A client_id in the body that is not the authenticated one is refused, naming both."""
    client.refused(basic(client, "cli", "a", client_id="other"), "invalid_request", "'other'", "'cli'")


def test_a_broken_header_is_refused(client: OAuthClient) -> None:
    """What says Basic and is not gets told what Basic is."""
    headers = {"Authorization": "Basic %%%"}
    answer = client.http.post(client.provider.url("token"), data={"grant_type": "client_credentials"}, headers=headers)

    client.refused(answer, "invalid_client", "base64", status=401)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_is_held_to_its_method(provider: Provider, client: OAuthClient, method: str) -> None:
    """A client registered for one method is refused with another, or with none."""
    provider.clients.add(ClientRecord("cli", secret="s3cret", method=method))  # type: ignore[arg-type]  # from a parameter
    form = {"grant_type": "client_credentials", "client_id": "cli", "client_secret": "s3cret"}

    statuses = basic(client, "cli", "s3cret").status_code, client.post("token", **form).status_code

    assert statuses == ((200, 401) if method == "client_secret_basic" else (401, 200))
    answer = client.post("device_authorization", client_id="cli")
    client.refused(answer, "invalid_client", "'none'", method, status=401)


def test_a_public_client_has_no_secret(provider: Provider, client: OAuthClient) -> None:
    """A secret from a client that was registered without one is a mistake, and said to be."""
    provider.clients.add(ClientRecord("cli"))

    client.refused(basic(client, "cli", "made-up"), "invalid_client", "registered for none", status=401)


def test_nobody_is_nobody(client: OAuthClient) -> None:
    """Without any client_id the request is refused."""
    client.refused(client.post("token", grant_type="client_credentials"), "invalid_request", "no client_id arrived")


class TestPrivateKeyJwt:
    """RFC 7523 2.2 and 3."""

    @pytest.fixture(autouse=True)
    def registered(self, provider: Provider) -> None:
        """The client is known by its public key."""
        provider.clients.add(ClientRecord("cli", jwks=JWKS))

    def test_a_signed_assertion_is_enough(self, provider: Provider, client: OAuthClient) -> None:
        """The client_id may be left out: the assertion says it; issuer and token endpoint are both fine as audience."""
        assert client.post("token", **assertion(provider)).status_code == 200
        assert client.post("token", **assertion(provider, aud=[provider.issuer])).status_code == 200
        assert provider.journal.where(endpoint="token")[-1].client_id == "cli"

    def test_an_assertion_works_once(self, provider: Provider, client: OAuthClient) -> None:
        """A replayed jti is refused."""
        members = assertion(provider, jti="once")

        assert client.post("token", **members).status_code == 200
        client.refused(client.post("token", **members), "invalid_client", "'once'", "used before", status=401)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"aud": "https://example.test/token"}, "its aud is 'https://example.test/token'"),
            ({"exp": 1}, "it expired"),
            ({"exp": None}, "its exp is None"),
            ({"exp": "soon"}, "its exp is 'soon'"),
            ({"jti": None}, "its jti is missing"),
            ({"sub": "other"}, "its sub is 'other'"),
            ({"iss": "other"}, "its iss is 'other'"),
            ({"nbf": 99999999999}, "not valid before"),
        ],
    )
    def test_wrong_claims_are_refused(
        self, provider: Provider, client: OAuthClient, changes: dict[str, object], words: str
    ) -> None:
        """Each claim is checked, and the rejection says what arrived."""
        answer = client.post("token", **assertion(provider, **changes), client_id="cli")

        client.refused(answer, "invalid_client", words, "RFC 7523 3", status=401)

    def test_another_key_is_refused(self, provider: Provider, client: OAuthClient) -> None:
        """The signature must be by a registered key."""
        answer = client.post("token", **assertion(provider, ECKey.generate_key("P-256")))

        client.refused(answer, "invalid_client", "no JWT signed with a key known here", status=401)

    def test_a_client_without_keys_is_refused(self, provider: Provider, client: OAuthClient) -> None:
        """An assertion can only be checked for a client that registered its keys."""
        answer = client.post("token", **assertion(provider, iss="new", sub="new"))

        client.refused(answer, "invalid_client", "'new' has no keys here", status=401)

    def test_the_type_must_be_named(self, provider: Provider, client: OAuthClient) -> None:
        """client_assertion_type is required."""
        answer = client.post("token", **{**assertion(provider), "client_assertion_type": "jwt"})

        client.refused(answer, "invalid_client", "'jwt'", ASSERTION_TYPE, status=401)


@pytest.mark.parametrize(
    "fields",
    [
        {"client_id": ""},
        {"client_id": "a", "method": "private_key_jwt"},
        {"client_id": "a", "method": "client_secret_basic"},
        {"client_id": "a", "method": "none", "secret": "s"},
        {"client_id": "a", "method": "client_secret_jwt"},
    ],
)
def test_a_record_that_contradicts_itself_is_a_setting_error(fields: dict[str, object]) -> None:
    """A ClientRecord that could never authenticate is refused when it is made."""
    with pytest.raises(SettingError, match="ClientRecord"):
        ClientRecord(**fields)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("credentials", [b"\xff\xfe", "\u00fc".encode(), b"Zm9v\xe9"])
def test_a_header_beyond_ascii_is_refused_like_any_other(
    provider: Provider, client: OAuthClient, credentials: bytes
) -> None:
    """401 with a reason and no crash, whatever bytes arrive in HTTP Basic."""
    answer = client.http.post(
        provider.url("token"),
        data={"grant_type": "client_credentials"},
        headers={b"Authorization": b"Basic " + credentials},
    )
    client.refused(answer, "invalid_client", "no HTTP Basic", status=401)

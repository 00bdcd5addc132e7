"""What tokens are good for, and what the provider says of itself, clause by clause, in every dialect that has it."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from fakeprovider.dialects import built_in
from fakeprovider.state.clients import ClientRecord
from tests.robustness.protocol.conftest import Party
from tests.robustness.protocol.refusals import note, refused
from tests.support.oauth_client import OAuthClient

DIALECTS = sorted(built_in())
SERVED = {dialect: frozenset(kind.paths) for dialect, kind in built_in().items()}
BEARERS: dict[str, Mapping[str, str]] = {
    "RFC 6750 2.1: none": {},
    "RFC 6750 2.1: another scheme": {"Authorization": "Negotiate abc"},
    "RFC 6750 2.1: a scheme alone": {"Authorization": "Bearer"},
    "RFC 6750 3.1: a token of nobody": {"Authorization": "Bearer made-up"},
    "RFC 6750 2.1: bytes that are no token": {"Authorization": "Bearer a b c"},
    "RFC 8725 3.1: alg none": {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ."},
}


def having(endpoint: str) -> pytest.MarkDecorator:
    """Every dialect that has the endpoint."""
    return pytest.mark.parametrize("dialect", [dialect for dialect in DIALECTS if endpoint in SERVED[dialect]])


def standard(endpoint: str) -> pytest.MarkDecorator:
    """Every dialect that has the endpoint as the RFCs do."""
    own = {"revocation": ("aws_sso", "osa"), "registration": ("aws_sso", "osa")}.get(endpoint, ())
    there = [dialect for dialect in DIALECTS if endpoint in SERVED[dialect] and dialect not in own]
    return pytest.mark.parametrize("dialect", there)


def api(client: OAuthClient, headers: Mapping[str, str]) -> httpx.Response:
    """Call the protected resource."""
    return client.http.get(f"{client.provider.api}/things", headers=headers)


# -- bearer tokens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("clause", BEARERS)
def test_no_entrance_with(party: Party, dialect: str, clause: str) -> None:
    """RFC 6750 3: 401 with a challenge that says where tokens are from."""
    client = party(dialect)
    answer = api(client, BEARERS[clause])
    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer ")
    assert "resource_metadata=" in challenge
    assert ("error=" in challenge) == ("Bearer " in str(BEARERS[clause]))  # who brought none is told of none


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_token_in_the_address(party: Party, dialect: str) -> None:
    """RFC 9700 4.3.2, RFC 6750 2.3: it would be written down on its way."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    assert client.http.get(f"{client.provider.api}/things", params={"access_token": token}).status_code == 401


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_token_expires(party: Party, dialect: str) -> None:
    """RFC 6750 3.1."""
    client = party(dialect)
    assert client.use(client.provider.issue("cli").access_token).status_code == 200
    assert client.use(client.provider.issue("cli", expires_in=-1).access_token).status_code == 401


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_token_that_was_touched(party: Party, dialect: str) -> None:
    """RFC 7515 5.2: not one character of it may be another; nor is it the same in other letters."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    middle = len(token) // 2
    touched = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    for other in (touched, token[:-1], token + "A", token.swapcase()):
        assert client.use(other).status_code == 401


@pytest.mark.parametrize("dialect", [dialect for dialect in DIALECTS if dialect != "github"])
def test_no_other_token_opens_anything(party: Party, dialect: str) -> None:
    """RFC 6749 1.5, OIDC Core 2: an id token and a refresh token are no access tokens."""
    client = party(dialect)
    issued = client.provider.issue("cli")
    others = [token for token in (issued.id_token, issued.refresh_token) if token]
    assert others
    assert {client.use(token).status_code for token in others} == {401}


@pytest.mark.parametrize("dialect", [dialect for dialect in DIALECTS if dialect not in ("aws_sso", "github")])
def test_a_token_for_another_resource(party: Party, dialect: str) -> None:
    """RFC 8707 2, RFC 9068 4: it is for whom it names."""
    client = party(dialect)
    token = client.provider.issue("cli", audience="https://elsewhere.example").access_token
    assert client.use(token).status_code == 401


# -- userinfo -----------------------------------------------------------------------------------------------------


@having("userinfo")
def test_userinfo(party: Party, dialect: str) -> None:
    """OIDC Core 5.3.2: the person of the token, the same as in the id token."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    told = client.get("userinfo", headers={"Authorization": f"Bearer {token}"}).json()
    assert told["sub"] == client.provider.user.person.sub


@having("userinfo")
def test_userinfo_is_for_openid(party: Party, dialect: str) -> None:
    """OIDC Core 5.3.1, RFC 6750 3.1: 403, and the scope that it takes."""
    client = party(dialect)
    token = client.provider.issue("cli", scope="read").access_token
    answer = client.get("userinfo", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert 'scope="openid"' in answer.headers["www-authenticate"]


@having("userinfo")
def test_userinfo_takes_a_form(party: Party, dialect: str) -> None:
    """RFC 6750 2.2."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    assert client.post("userinfo", access_token=token).status_code == 200


@having("userinfo")
def test_a_token_comes_once(party: Party, dialect: str) -> None:
    """RFC 6750 2: not in two ways."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    url, headers = client.provider.url("userinfo"), {"Authorization": f"Bearer {token}"}
    answer = client.http.post(url, data={"access_token": token}, headers=headers)
    assert answer.status_code in (400, 401)


# -- revocation and introspection ---------------------------------------------------------------------------------


@standard("revocation")
@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_a_token_is_revoked(party: Party, dialect: str, kind: str) -> None:
    """RFC 7009 2.1, 2.2: 200, and the access token is dead; a refresh token takes its session with it."""
    client = party(dialect)
    issued = client.provider.issue("cli")
    assert client.request("revocation", token=getattr(issued, kind)).status_code == 200
    assert client.use(issued.access_token).status_code == 401
    assert (client.refresh(issued.refresh_token).status_code == 200) == (kind == "access_token")


@standard("revocation")
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense"])
def test_a_wrong_hint_does_not_matter(party: Party, dialect: str, hint: str) -> None:
    """RFC 7009 2.1."""
    client = party(dialect)
    issued = client.provider.issue("cli")
    answer = client.request("revocation", token=issued.refresh_token, token_type_hint=hint)
    assert answer.status_code == 200
    assert client.use(issued.access_token).status_code == 401


@standard("revocation")
def test_an_unknown_token_is_as_good_as_revoked(party: Party, dialect: str) -> None:
    """RFC 7009 2.2."""
    client = party(dialect)
    assert client.request("revocation", token="made-up").status_code == 200
    assert "200 all the same" in note(client)


@standard("revocation")
def test_nothing_to_revoke(party: Party, dialect: str) -> None:
    """RFC 7009 2.1."""
    client = party(dialect)
    refused(client, client.request("revocation"), "invalid_request")


@standard("revocation")
def test_another_clients_token_stays(party: Party, dialect: str) -> None:
    """RFC 7009 2.1: refused, and alive."""
    client = party(dialect)
    issued = client.provider.issue("somebody")
    refused(client, client.request("revocation", token=issued.refresh_token), "invalid_grant")
    assert client.use(issued.access_token).status_code == 200


@standard("revocation")
def test_a_client_with_a_secret_proves_itself(party: Party, dialect: str) -> None:
    """RFC 7009 2.1: also where it does not name itself."""
    client = party(dialect)
    client.provider.clients.add(ClientRecord("x", secret="right"))
    issued = client.provider.issue("x")
    refused(client, client.post("revocation", token=issued.refresh_token, client_id="x"), "invalid_client")
    client.post("revocation", token=issued.refresh_token)
    assert client.use(issued.access_token).status_code == 200


@standard("revocation")
def test_an_id_token_is_not_revoked(party: Party, dialect: str) -> None:
    """RFC 7009 2.2.1."""
    client = party(dialect)
    refused(client, client.request("revocation", token=client.provider.issue("cli").id_token), "unsupported_token_type")


@having("introspection")
@pytest.mark.parametrize("proof", ["", "wrong"])
def test_nobody_asks_without_proof(party: Party, dialect: str, proof: str) -> None:
    """RFC 7662 2.1: or anybody could try tokens."""
    client = party(dialect)
    client.provider.clients.add(ClientRecord("x", secret="right"))
    token = client.provider.issue("cli").access_token
    answer = client.post("introspection", token=token, client_id="x", client_secret=proof)
    refused(client, answer, "invalid_client")
    assert "active" not in answer.json()


DEAD = ["made-up", "expired", "ended", "an id token"]


@having("introspection")
@pytest.mark.parametrize("token", DEAD)
def test_what_is_dead_is_not_active_and_nothing_else(party: Party, dialect: str, token: str) -> None:
    """RFC 7662 2.2."""
    client = party(dialect)
    client.provider.clients.add(ClientRecord("x", secret="right"))
    issued = client.provider.issue("cli", expires_in=-1 if token == "expired" else 60)
    if token == "ended":
        client.provider.end_sessions()
    value = {"made-up": token, "an id token": issued.id_token or "e30.e30."}.get(token, issued.access_token)
    answer = client.post("introspection", token=value, client_id="x", client_secret="right")
    assert (answer.status_code, answer.json()) == (200, {"active": False})


@having("introspection")
def test_what_is_alive(party: Party, dialect: str) -> None:
    """RFC 7662 2.2."""
    client = party(dialect)
    client.provider.clients.add(ClientRecord("x", secret="right"))
    token = client.provider.issue("cli", scope="openid read").access_token
    told = client.post("introspection", token=token, client_id="x", client_secret="right").json()
    assert (told["active"], told["client_id"], told["scope"]) == (True, "cli", "openid read")
    assert told["iss"] == client.provider.issuer


# -- what the provider says of itself -----------------------------------------------------------------------------


@having("discovery")
def test_what_discovery_names_is_there(party: Party, dialect: str) -> None:
    """OIDC Discovery 3, 4.3; RFC 8414 2: the issuer is the one that was asked, and every address answers."""
    client = party(dialect)
    told = client.get("discovery").json()
    assert told["issuer"] == client.provider.issuer
    assert {"authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported"} <= told.keys()
    assert {"subject_types_supported", "id_token_signing_alg_values_supported"} <= told.keys()
    for name, url in told.items():
        if name.endswith(("_endpoint", "_uri")):
            assert client.http.get(url).status_code != 404, name


@having("discovery")
def test_what_is_not_taken_is_not_named(party: Party, dialect: str) -> None:
    """RFC 9700 2.1.1, 2.1.2; RFC 8414 2: neither plain nor implicit, and grants that are there."""
    told = party(dialect).get("discovery").json()
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    assert "password" not in told["grant_types_supported"]
    assert "none" not in told["id_token_signing_alg_values_supported"]
    assert "none" not in told["introspection_endpoint_auth_methods_supported"]


@having("jwks")
def test_no_private_key(party: Party, dialect: str) -> None:
    """RFC 7517 4, 9.2: what is published can only check; each key has a name and a use."""
    keys = party(dialect).get("jwks").json()["keys"]
    assert len({key["kid"] for key in keys}) == len(keys) > 0
    for key in keys:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & key.keys()
        assert key["use"] == "sig"


PAGES = ("discovery", "jwks", "authorization", "verification")


@pytest.mark.parametrize(
    ("dialect", "endpoint"), [(dialect, page) for dialect in DIALECTS for page in PAGES if page in SERVED[dialect]]
)
def test_head_is_get_without_a_body(party: Party, dialect: str, endpoint: str) -> None:
    """RFC 9110 9.3.2."""
    client = party(dialect)
    got, head = client.get(endpoint), client.http.head(client.provider.url(endpoint))
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_answer_has_a_date(party: Party, dialect: str) -> None:
    """RFC 9110 6.6.1."""
    client = party(dialect)
    for answer in (client.authorize(), client.refresh("made-up"), client.use("made-up")):
        assert answer.headers["date"].endswith(" GMT")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_not_there(party: Party, dialect: str) -> None:
    """RFC 9110 15.5.5."""
    client = party(dialect)
    answer = client.http.get(f"{client.provider.base}/no/such/thing")
    assert answer.status_code == 404


# -- registration -------------------------------------------------------------------------------------------------

REFUSED_METADATA: dict[str, tuple[str, dict[str, object]]] = {
    "RFC 7591 3.2.2: redirect_uris that are none": ("invalid_redirect_uri", {"redirect_uris": ["/relative"]}),
    "RFC 7591 2: one with a fragment": ("invalid_redirect_uri", {"redirect_uris": ["https://a.example/#x"]}),
    "RFC 7591 2: one that runs in the browser": ("invalid_redirect_uri", {"redirect_uris": ["javascript:alert(1)"]}),
    "RFC 7591 2: an unknown authentication": (
        "invalid_client_metadata",
        {"redirect_uris": ["https://a.example/"], "token_endpoint_auth_method": "tls"},
    ),
    "RFC 7591 2: keys and their address": (
        "invalid_client_metadata",
        {"redirect_uris": ["https://a.example/"], "jwks": {"keys": []}, "jwks_uri": "https://a.example/jwks"},
    ),
    "RFC 9700 2.4: the password grant": (
        "invalid_client_metadata",
        {"redirect_uris": ["https://a.example/"], "grant_types": ["password"]},
    ),
}


@standard("registration")
@pytest.mark.parametrize("clause", REFUSED_METADATA)
def test_no_client_with(party: Party, dialect: str, clause: str) -> None:
    """RFC 7591 3.2.2."""
    client = party(dialect)
    code, metadata = REFUSED_METADATA[clause]
    refused(client, client.http.post(client.provider.url("registration"), json=metadata), code)
    assert list(client.provider.clients) == []


@standard("registration")
def test_a_client_is_registered(party: Party, dialect: str) -> None:
    """RFC 7591 3.2.1: 201 in no cache, with a secret where it takes one and what was registered."""
    client = party(dialect)
    metadata = {"redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "client_secret_post"}
    answer = client.http.post(client.provider.url("registration"), json=metadata)
    told = answer.json()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert told["redirect_uris"] == metadata["redirect_uris"]
    assert told["client_secret_expires_at"] == 0
    code = client.code(client_id=told["client_id"], redirect_uri="https://a.example/cb")
    proof = {"client_id": told["client_id"], "redirect_uri": "https://a.example/cb"}
    refused(client, client.exchange(code, **proof), "invalid_client")
    assert client.exchange(code, **proof, client_secret=told["client_secret"]).status_code == 200

"""What the provider says of itself, and clients of themselves, clause by clause (RFC 8414, RFC 7517, RFC 7591)."""

from __future__ import annotations

import pytest

from tests.robustness.protocol.conftest import Party
from tests.robustness.protocol.families import DIALECTS, SERVED, every_dialect, having, standard
from tests.robustness.protocol.refusals import refused


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


@every_dialect
def test_every_answer_has_a_date(party: Party, dialect: str) -> None:
    """RFC 9110 6.6.1."""
    client = party(dialect)
    for answer in (client.authorize(), client.refresh("made-up"), client.use("made-up")):
        assert answer.headers["date"].endswith(" GMT")


@every_dialect
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

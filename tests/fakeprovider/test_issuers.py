"""Several issuers: side by side, behind one socket, below a path, with a slash at the end."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest

from fakeprovider import SettingError
from fakeprovider.faults import ServerError
from tests.support.providers import Serve


def test_two_providers_side_by_side_share_nothing(serve: Serve, refresh: Any, use: Any) -> None:
    """A token of one provider is worth nothing at the other."""
    one, other = serve(), serve()
    issued = one.issue()

    assert one.issuer != other.issuer
    assert use(other, issued.access_token).status_code == 401
    assert refresh(other, issued.refresh_token).json()["error"] == "invalid_grant"
    assert use(one, issued.access_token).status_code == 200
    assert other.journal.count() == 2


def test_two_issuers_behind_one_socket(serve: Serve, http: httpx.Client, refresh: Any) -> None:
    """Each has its own discovery, keys, state, knobs and journal; they share the port."""
    one = serve(path="/a")
    other = one.beside("/b", algorithm="ES256", access_token_lifetime=60)

    assert one.origin == other.origin
    for provider in (one, other):
        assert http.get(f"{provider.issuer}/.well-known/openid-configuration").json()["issuer"] == provider.issuer
    assert jwt.get_unverified_header(one.issue().access_token)["alg"] == "RS256"
    assert jwt.get_unverified_header(other.issue().access_token)["alg"] == "ES256"
    assert http.get(one.url("jwks")).json() != http.get(other.url("jwks")).json()
    assert refresh(other, one.issue().refresh_token).status_code == 400
    assert [exchange.endpoint for exchange in one.journal] == ["discovery", "jwks"]
    assert [exchange.endpoint for exchange in other.journal] == ["discovery", "jwks", "token"]


def test_metadata_is_found_where_rfc_8414_puts_it(serve: Serve, http: httpx.Client) -> None:
    """RFC 8414 3.1 puts the well-known part in front of the issuer's path; both issuers are found there."""
    one = serve(path="/a")
    for provider in (one, one.beside("/b")):
        address = f"{one.origin}/.well-known/oauth-authorization-server{provider.path}"
        assert http.get(address).json()["issuer"] == provider.issuer
        assert [exchange.endpoint for exchange in provider.journal] == ["discovery"]


def test_a_fault_hits_one_issuer_only(serve: Serve, http: httpx.Client) -> None:
    """What is armed at one provider leaves the other behind the socket alone."""
    one = serve(path="/a")
    other = one.beside("/b")
    with one.failing(ServerError(503), at="discovery"):
        assert http.get(one.url("discovery")).status_code == 503
        assert http.get(other.url("discovery")).status_code == 200


def test_an_issuer_at_the_root_has_another_below_it(serve: Serve, http: httpx.Client) -> None:
    """The longest path wins; what belongs to nobody is written down by the first one."""
    root = serve()
    below = root.beside("/tenant")

    assert http.get(below.url("discovery")).json()["issuer"] == f"{root.issuer}/tenant"
    assert http.get(f"{root.origin}/tenants/x").status_code == 404
    assert (root.journal.count(), below.journal.count()) == (1, 1)


def test_dialects_behind_one_socket(serve: Serve, http: httpx.Client) -> None:
    """Two families can share a socket."""
    one = serve("keycloak", path="/realms/acme")
    other = one.beside("/spec", "spec_kitty")
    assert http.get(one.url("discovery")).json()["token_endpoint"] == f"{one.issuer}/protocol/openid-connect/token"
    assert http.get(other.url("discovery")).json()["token_endpoint"] == f"{other.issuer}/oauth/token"


def test_one_of_them_leaves(serve: Serve, http: httpx.Client) -> None:
    """A provider beside another stops alone, and its path is free again; the owner takes all of them along."""
    one = serve(path="/a")
    with one.beside("/b") as other:
        assert http.get(other.url("discovery")).status_code == 200
    assert http.get(f"{one.origin}/b/jwks").status_code == 404
    again = one.beside("/b")
    assert http.get(again.url("discovery")).status_code == 200
    one.stop()
    with pytest.raises(httpx.ConnectError):
        http.get(again.url("discovery"))


def test_two_issuers_need_two_paths(serve: Serve) -> None:
    """A path that is taken is refused with both names."""
    one = serve(path="/a")
    with pytest.raises(SettingError) as caught:
        one.beside("/a")
    assert str(caught.value) == "path: another provider is at '/a' of this socket; choose another path"


@pytest.mark.parametrize("path", ["", "/a", "/realms/demo"])
def test_an_issuer_may_end_in_a_slash(serve: Serve, http: httpx.Client, path: str) -> None:
    """The slash is part of the issuer everywhere; discovery is found with it taken away, and with it left."""
    provider = serve(path=path, trailing_slash=True)
    issued = provider.issue()

    assert provider.issuer == f"{provider.origin}{path}/"
    for address in (provider.issuer.rstrip("/"), provider.issuer):
        document = http.get(f"{address}/.well-known/openid-configuration").json()
        assert document["issuer"] == provider.issuer
        assert document["token_endpoint"] == f"{provider.origin}{path}/token"
    for token in (issued.access_token, issued.id_token):
        assert jwt.decode(token, options={"verify_signature": False})["iss"] == provider.issuer


def test_without_the_slash_the_issuer_has_none(serve: Serve) -> None:
    """A slash at the end of `path` is no wish for one at the end of the issuer."""
    assert serve(path="/a/").issuer.endswith("/a")

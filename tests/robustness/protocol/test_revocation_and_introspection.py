"""Revoking tokens and asking about them, clause by clause (RFC 7009, RFC 7662)."""

from __future__ import annotations

import pytest

from fakeprovider.state.clients import ClientRecord
from tests.robustness.protocol.conftest import Party
from tests.robustness.protocol.families import having, standard
from tests.robustness.protocol.refusals import note, refused


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

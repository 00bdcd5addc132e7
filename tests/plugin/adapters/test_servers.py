"""The keys that say what a client finds at the other end: paths, registered clients, answers of its API and stubs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_auth_provider.adapters.schema import file_schema
from pytest_auth_provider.clients import AdapterError, Client, load_adapter
from pytest_auth_provider.clients.factory import ClientFactory, provider_for
from tests.support.adapter_files import Write

TOOL = Path(__file__).parent / "tools" / "keysmith.py"
ADAPTER = f"""
[clients.keysmith]
command = [{sys.executable!r}, "{{project}}/keysmith.py"]
client_id = "smith"
issuer_path = "/realms/forge"
env = {{ KEYSMITH_SECRET = "{{client_secret}}" }}
run = {{ login = "login", use = "use" }}

[clients.keysmith.registered.smith]
secret = "hammer-and-tongs"
method = "client_secret_basic"

[clients.keysmith.paths]
token = "/oauth2/token"

[clients.keysmith.provider]
registered_clients_only = true

[clients.keysmith.api]
"POST /keys" = {{ status = 201, mints = "key", json = {{ id = 7, issuer = "{{issuer}}" }} }}
"GET /projects" = {{ next = "{{api}}/projects?page=2", literal = "{{{{issuer}}}}" }}

[[clients.keysmith.stubs]]
host = "config.keysmith.example"
path = "/settings.json"
json = {{ token = "{{token}}", api = "{{api}}", client = "{{client_id}}" }}
"""


@contextmanager
def keysmith(directory: Path, text: str = ADAPTER) -> Iterator[Client]:
    """Make the client of this adapter file, at a provider of its own."""
    shutil.copy2(TOOL, directory)
    (directory / "auth-provider.toml").write_text(text)
    adapter = load_adapter("keysmith", directory)
    with (
        provider_for(adapter) as provider,
        ClientFactory(directory).client(adapter, provider, directory / "sandbox") as client,
    ):
        yield client


def test_paths_of_its_own(tmp_path: Path) -> None:
    """An endpoint is at the path that the client has built in, below the path of its issuer."""
    with keysmith(tmp_path) as client:
        outcome = client.login()
        assert client.provider.issuer.endswith("/realms/forge")
        assert client.provider.url("token") == f"{client.provider.issuer}/oauth2/token"
        assert client.provider.url("revocation") == f"{client.provider.issuer}/revoke"
    (token,) = (one for one in outcome.exchanges if one.endpoint == "token")
    assert token.path == "/realms/forge/oauth2/token"


def test_paths_keep_what_a_dialect_does_there(tmp_path: Path) -> None:
    """An endpoint that is served otherwise in a dialect is served so at the client's own path."""
    text = ADAPTER.replace('client_id = "smith"', 'client_id = "smith"\ndialect = "github"')
    with keysmith(tmp_path, text) as client:
        assert client.provider.dialect.routes.keys() == {"/login/device/code", "/oauth2/token"}
        assert client.provider.dialect.name == "github"


def test_registered_clients(tmp_path: Path) -> None:
    """The secret is known to the client by its placeholder, and a wrong one is refused."""
    with keysmith(tmp_path) as client:
        assert client.login().ok
        wrong = client.run("login", env={"KEYSMITH_SECRET": "anvil"})
    assert "keysmith: 401 invalid_client" in wrong.stderr
    (other := tmp_path / "other").mkdir()
    text = ADAPTER.replace("registered.smith", "registered.other")
    with keysmith(other, text) as client, pytest.raises(AdapterError, match="no secret of 'smith' is known"):
        client.login()


def test_placeholders_in_answers(tmp_path: Path) -> None:
    """Stubs and the API tell the addresses of this provider, and what is meant literally."""
    with keysmith(tmp_path) as client:
        login = client.login()
        used = client.use()
        api, issuer = client.provider.api, client.provider.issuer
    assert used.stdout == f"{api}/projects?page=2\n"
    assert issuer.encode() in next(one for one in login.exchanges if one.path == "/keys").response_body
    assert b'"{issuer}"' in used.exchanges[-1].response_body


def test_keys_that_the_api_hands_out(tmp_path: Path) -> None:
    """Each is another one, is a secret, is taken in the place of a token, and ends with its session."""
    with keysmith(tmp_path) as client:
        keys = []
        for _ in range(2):
            client.login()
            keys.append((client.sandbox.home / ".keysmith").read_text())
            assert client.use().ok
        assert keys[0] != keys[1]
        assert {secret.kind for secret in client.provider.secrets if secret.value in keys} == {"api_key"}
        client.provider.clock.advance(10 * 86400)
        assert client.use().ok
        client.provider.end_sessions()
        assert "keysmith: 401 invalid_token" in client.use().stderr


@pytest.mark.parametrize(
    ("said", "instead", "complaint"),
    [
        ('token = "/oauth2/token"', 'token = "oauth2/token"', "paths.token: expected a path that starts with /"),
        ('token = "/oauth2/token"', 'tokn = "/x"', 'paths.tokn: not an endpoint; did you mean "token"?'),
        ('token = "/oauth2/token"', 'token = "/x"\nrevocation = "/x"', "paths.revocation: /x is the path of token"),
        ('issuer_path = "/realms/forge"', 'issuer_path = "a b"', "issuer_path: "),
        ('method = "client_secret_basic"', 'method = "basic"', "registered.smith.method: expected "),
        ('secret = "hammer-and-tongs"', "", "registered.smith: ClientRecord 'smith'"),
        ('mints = "key", json = { id = 7, issuer = "{issuer}" }', 'mints = "key", json = []', "expected a table"),
        ("{api}/projects", "{home}/projects", 'api."GET /projects".next: not a placeholder: {home}'),
        ('"{client_id}" }', '"{clientid}" }', 'not a placeholder: {clientid}; did you mean "client_id"?'),
    ],
)
def test_a_mistake_is_one_message(said: str, instead: str, complaint: str, write: Write) -> None:
    """Which says where it is, and what was expected."""
    assert said in ADAPTER
    with pytest.raises(AdapterError) as refused:
        load_adapter("keysmith", write(ADAPTER.replace(said, instead)))
    assert complaint in str(refused.value)


def test_the_schema_has_them() -> None:
    """With what they mean."""
    tables = file_schema()["$defs"]
    assert {"paths", "issuer_path", "registered"} <= tables["adapter"]["properties"].keys()
    assert "mints" in tables["RouteTable"]["properties"]

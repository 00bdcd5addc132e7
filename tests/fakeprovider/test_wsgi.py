"""A provider as a WSGI application, in real gunicorn workers and called by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.test import Client

from fakeprovider.errors import SettingError
from fakeprovider.wsgi import application
from tests.support.oauth_client import DEVICE_CODE
from tests.support.redis_server import TOKEN, empty, gunicorn, redis_server

BEARER = {"Authorization": f"Bearer {TOKEN}"}
ORIGIN = "http://localhost:9400"
CONFIGURATION = """
state = "{url}"
origin = "http://localhost:9400"
device_interval = 0
faults = ["revocation : ServerError(503) x2"]

[[users]]
name = "Grace Hopper"

[[issuers]]
path = "/realms/acme"
dialect = "keycloak"
"""


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of three workers with one state."""
    directory = tmp_path_factory.mktemp("wsgi")
    with redis_server(directory) as url:
        (directory / "provider.toml").write_text(CONFIGURATION.format(url=url))
        with gunicorn(directory, "provider.toml", workers=3) as client:
            yield client
        empty(url)


def control(client: httpx.Client, method: str, path: str, body: object = None) -> Any:
    """What the control API of any worker answers, which has to be a success."""
    answer = client.request(method, f"/_control{path}", json=body, headers=BEARER)
    assert answer.is_success, answer.text
    return answer.json()


def test_a_whole_sign_in(workers: httpx.Client) -> None:
    """Each request of a sign-in may come to another worker."""
    code = workers.post("/device_authorization", data={"client_id": "cli", "scope": "openid"}).json()["device_code"]
    form = {"client_id": "cli", "grant_type": DEVICE_CODE, "device_code": code}
    tokens = workers.post("/token", data=form).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    for _ in range(8):
        assert workers.get("/userinfo", headers=bearer).json()["name"] == "Grace Hopper"
        assert workers.get("/api/things", headers=bearer).status_code == 200
    refreshing = {"client_id": "cli", "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: workers.post("/token", data=refreshing), range(16)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 15}


def test_it_says_what_a_provider_with_a_socket_says(workers: httpx.Client) -> None:
    """Metadata, other issuers, errors and HEAD are as they are there."""
    assert workers.get("/.well-known/openid-configuration").json()["issuer"] == ORIGIN
    realm = workers.get("/realms/acme/.well-known/openid-configuration").json()
    assert realm["token_endpoint"] == f"{ORIGIN}/realms/acme/protocol/openid-connect/token"
    assert (workers.get("/nowhere").status_code, workers.put("/token").headers["Allow"]) == (404, "POST")
    head = workers.head("/jwks")
    assert (head.content, int(head.headers["Content-Length"])) == (b"", len(workers.get("/jwks").content))


def test_faults_of_the_configuration(workers: httpx.Client) -> None:
    """A fault of the configuration acts as often as it says in all workers together."""
    form = {"client_id": "cli", "token": "x"}
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: workers.post("/revoke", data=form), range(16)))
    assert Counter(answer.status_code for answer in answers) == {503: 2, 200: 14}


def test_faults_that_need_a_socket_are_refused(workers: httpx.Client) -> None:
    """There is no socket to spoil, and the refusal says so."""
    for fault in ("token : Reset()", "token : Truncated()", "WrongHost()"):
        body = {"text": fault, "seconds": 1}
        answer = workers.post("/_control/faults", json=body, headers=BEARER)
        assert (answer.status_code, "belongs to the WSGI server" in answer.text) == (422, True), answer.text


def test_the_control_api_wants_its_token(workers: httpx.Client) -> None:
    """Every worker knows the token of the environment, and asks for it."""
    assert {workers.get("/_control/").status_code for _ in range(8)} == {401}
    assert [control(workers, "GET", "/journal")["dropped"] for _ in range(8)] == [0] * 8


def by_hand(**arguments: Any) -> Client:
    """A client of an application in this process, which keeps its state here."""
    return Client(application(token=TOKEN, origin=ORIGIN, **arguments))


def test_one_process_needs_no_redis() -> None:
    """In one process the state may stay there."""
    client = by_hand(path="/realms/x")
    assert client.get("/realms/x/jwks").get_json()["keys"]
    assert client.get("/realms/x/api/things").status_code == 401


def test_several_processes_do() -> None:
    """Several processes that know nothing of each other serve nothing, and say what to do."""
    answer = by_hand().get("/jwks", multiprocess=True)
    assert answer.status_code == 500
    assert "set state = 'redis://...'" in answer.get_json()["error_description"]


def test_an_event_stream_needs_a_socket() -> None:
    """What cannot be passed on is refused."""
    answer = by_hand().get("/_control/events", headers=BEARER)
    assert (answer.status_code, "fakeprovider serve" in answer.text) == (500, True)


@pytest.mark.parametrize("missing", ["origin", "FAKEPROVIDER_CONTROL_TOKEN"])
def test_what_it_has_to_be_told(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an origin, or a token that all processes know, it does not begin."""
    given = {"origin": {"token": TOKEN}, "FAKEPROVIDER_CONTROL_TOKEN": {"origin": ORIGIN}}
    monkeypatch.delenv("FAKEPROVIDER_CONTROL_TOKEN", raising=False)
    with pytest.raises(SettingError, match=missing):
        application(**given[missing])


def test_the_configuration_is_checked(tmp_path: Path) -> None:
    """A mistake in the file is named with its key."""
    path = tmp_path / "provider.toml"
    path.write_text("reuse = 'never'\n")
    with pytest.raises(SettingError, match=r"provider\.toml: reuse"):
        application(str(path), token=TOKEN)

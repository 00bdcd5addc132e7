"""What one process changes is so for the others: settings, clock, people, clients, keys, faults, journal."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.errors import SettingError
from fakeprovider.redis_state.backend import PATIENCE, RedisBackend
from fakeprovider.redis_state.turn import LEASE
from tests.fakeprovider.control.conftest import Controller
from tests.fakeprovider.redis_state.conftest import Share
from tests.support.oauth_client import DEVICE_CODE, OAuthClient
from tests.support.providers import serving
from tests.support.redis_server import empty


class Worker:
    """One of two providers that are one, with a client of it and its control API."""

    def __init__(self, provider: Provider, http: httpx.Client) -> None:
        self.provider = provider
        self.client = OAuthClient(provider, http)
        self.control = Controller(provider, http)


@pytest.fixture
def one(share: Share, http: httpx.Client) -> Worker:
    """The first of two."""
    return Worker(share(), http)


@pytest.fixture
def other(one: Worker, share: Share, http: httpx.Client) -> Worker:
    """The second, which begins later."""
    return Worker(share(), http)


def test_a_setting(one: Worker, other: Worker) -> None:
    """A knob that is turned at one is turned at the other."""
    one.control.do("PATCH", "/settings", {"access_token_lifetime": 7})
    code = other.client.device()["device_code"]
    assert other.client.poll(code).json()["expires_in"] == 7


def test_a_database_that_answers_late_is_waited_for(one: Worker) -> None:
    """Longer than its client waits by itself: a machine that is busy for a few seconds fails nobody."""
    backend = one.provider.backend
    assert isinstance(backend, RedisBackend)
    settings = backend.turn._redis.connection_pool.connection_kwargs
    assert settings["socket_timeout"] == PATIENCE > 2 * LEASE


def test_a_setting_of_the_configuration(one: Worker, share: Share, http: httpx.Client) -> None:
    """Who begins later takes over what was changed meanwhile; a reset at it brings its configuration back."""
    one.control.do("PATCH", "/settings", {"reuse": "reject"})
    later = Worker(share(), http)
    assert later.provider.reuse == "reject"
    later.control.do("POST", "/reset")
    assert one.control.get("/settings")["reuse"] == "revoke_family"


def test_the_clock(one: Worker, other: Worker) -> None:
    """A token expires for both when one advances the clock; two advances add up."""
    token = one.client.sign_in()["refresh_token"]
    one.control.do("POST", "/clock/advance", {"seconds": 20 * 86400})
    other.control.do("POST", "/clock/advance", {"seconds": 20 * 86400})
    assert one.control.get("/clock")["advanced"] == 40 * 86400
    other.client.refused(other.client.refresh(token), "invalid_grant", "expired")


def test_the_user(one: Worker, other: Worker) -> None:
    """Who signs in, what they decide and the script of polls are the same at both; each step is used once."""
    one.control.do("POST", "/users", {"name": "Grace Hopper", "sub": "grace"})
    one.control.do("PATCH", "/user", {"person": "grace"})
    one.control.do("PUT", "/user/polls", {"steps": ["pending", "pending", "approve"]})
    code = other.client.device()["device_code"]
    results = [worker.client.poll_result(code) for worker in (one, other, one)]
    assert results == ["authorization_pending", "authorization_pending", "signed in"]
    assert [session["sub"] for session in other.control.get("/sessions")] == ["grace"]
    assert other.provider.user.steps == ()


def test_invented_people(one: Worker, other: Worker) -> None:
    """Nobody is invented twice, whoever invents."""
    people = [worker.control.do("POST", "/users", {}) for worker in (one, other, other, one)]
    assert len({person["email"] for person in people}) == 4
    one.control.do("POST", "/reset")
    assert other.control.do("POST", "/users", {}) == people[0]


def test_a_registered_client(one: Worker, other: Worker) -> None:
    """A client that registers itself at one authenticates at the other."""
    body = {
        "redirect_uris": [],
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
    }
    client = one.client.http.post(one.provider.url("registration"), json=body).json()
    proof = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    assert other.client.post("token", grant_type="client_credentials", **proof).status_code == 200
    wrong = other.client.post("token", grant_type="client_credentials", **{**proof, "client_secret": "x"})
    assert wrong.json()["error"] == "invalid_client"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_the_keys(share: Share, http: httpx.Client, algorithm: str) -> None:
    """What one signs verifies with the keys the other publishes, before and after a rotation."""
    workers = [Worker(share(algorithm=algorithm), http) for _ in range(2)]
    for _ in range(2):
        kids = [worker.client.get("jwks").json() for worker in workers]
        assert kids[0] == kids[1]
        workers[0].control.do("POST", "/keys", {"step": "rotate"})
    published = workers[1].client.get("jwks").json()["keys"]
    assert [key["kid"] for key in published] == ["key-3", "key-2", "key-1"]
    workers[1].control.do("POST", "/reset")
    assert [key["kid"] for key in workers[0].client.get("jwks").json()["keys"]] == ["key-1"]


def test_a_person_decides_at_another_worker(one: Worker, other: Worker, http: httpx.Client) -> None:
    """A device polls at one, its user types the code at the other."""
    one.control.do("PATCH", "/user", {"decision": "ignore"})
    code = one.client.device()
    form = {"user_code": code["user_code"], "decision": "approve"}
    http.post(other.provider.url("verification"), data=form, headers={"Origin": other.provider.origin})
    assert one.client.request("token", grant_type=DEVICE_CODE, device_code=code["device_code"]).status_code == 200


def test_a_fault(one: Worker, other: Worker) -> None:
    """A fault armed at one acts at the other until it is disarmed there."""
    armed = one.control.do("POST", "/faults", {"text": "discovery : ServerError(503)"})[0]
    assert other.client.get("discovery").status_code == 503
    assert other.control.do("DELETE", f"/faults/{armed['id']}")["fired"] == 1
    assert one.client.get("discovery").status_code == 200


def test_an_unmet_fault(one: Worker, other: Worker) -> None:
    """A fault that nothing met is told so wherever it is disarmed."""
    one.control.do("POST", "/faults", {"text": "revocation : ServerError(503) x1"})
    assert "never met" in other.control.do("DELETE", "/faults/1")["message"]
    assert "never met" in one.control.get("/faults/1")["message"]


def test_a_fault_for_some_seconds(one: Worker, other: Worker) -> None:
    """A fault with an end of its own ends at all of them, also where the process that armed it is gone."""
    one.control.do("POST", "/faults", {"text": "jwks optional : ServerError(503)", "seconds": 0.3})
    assert other.client.get("jwks").status_code == 503
    assert one.provider.control is not None
    one.provider.stop()  # its timers are gone with it
    until = time.monotonic() + 20
    while other.client.get("jwks").status_code == 503:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert other.control.get("/faults/1")["armed"] is False


def test_the_journal(one: Worker, other: Worker) -> None:
    """Exchanges of both are in the journal of each, in the order of arrival, with every byte."""
    body = bytes(range(256))
    one.client.http.post(one.provider.url("token"), content=body)
    other.client.get("jwks")
    exchanges = one.provider.journal.since(0)
    assert [exchange.endpoint for exchange in exchanges] == ["token", "jwks"]
    assert exchanges == other.provider.journal.since(0)
    assert exchanges[0].request_body == body
    assert one.provider.journal.spacing(endpoint="") >= (0,)
    other.control.do("DELETE", "/journal")
    assert (len(one.provider.journal), one.provider.journal.mark()) == (0, 2)


def test_a_bounded_journal(share: Share, http: httpx.Client) -> None:
    """The journal keeps the newest exchanges of all processes together, and says how many it let go."""
    workers = [Worker(share(journal_limit=3), http) for _ in range(2)]
    for worker in workers * 4:
        worker.client.get("jwks")
    journal = workers[0].provider.journal
    assert ([exchange.number for exchange in journal], journal.dropped) == ([6, 7, 8], 5)


def test_a_journal_bounded_by_bytes(share: Share, http: httpx.Client) -> None:
    """No more exchanges are kept than their bytes allow, and always the newest one."""
    workers = [Worker(share(journal_bytes=20_000), http) for _ in range(2)]
    for worker in workers * 2:
        worker.client.post("token", padding="x" * 9_000)
    journal = workers[0].provider.journal
    assert ([exchange.number for exchange in journal], journal.dropped) == ([4], 3)


def test_waiting_for_an_exchange(one: Worker, other: Worker) -> None:
    """Whoever waits at one hears of what arrives at the other."""
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(one.control.get, "/journal/wait", endpoint="jwks", timeout=20)
        found = threads.submit(one.provider.journal.wait_for, lambda exchange: exchange.endpoint == "jwks", 20)
        other.client.get("jwks")
        assert waiting.result()["number"] == found.result().number
    with pytest.raises(TimeoutError, match="GET /jwks"):
        one.provider.journal.wait_for(lambda exchange: exchange.endpoint == "token", 0)


def test_what_python_changes(one: Worker, other: Worker) -> None:
    """What is changed through the objects of one process is so at the next request of another."""
    one.provider.clock.advance(5)
    one.provider.reuse = "reject"
    one.provider.user.denies()
    one.provider.keys.publish()
    other.client.get("jwks")
    assert (other.provider.clock.advanced, other.provider.reuse, other.provider.user.decision) == (5, "reject", "deny")
    assert len(other.provider.keys.published) == 2


def test_a_reset(one: Worker, other: Worker) -> None:
    """A reset at one forgets sessions, secrets, faults and exchanges for both."""
    token = one.client.sign_in()["refresh_token"]
    one.control.do("POST", "/faults", {"text": "jwks : ServerError(503)"})
    other.control.do("POST", "/reset")
    assert one.client.get("jwks").status_code == 200
    one.client.refused(one.client.refresh(token), "invalid_grant", "never issued")
    assert token not in one.provider.secrets


def test_secrets(one: Worker, other: Worker) -> None:
    """Each knows what the other minted, in the order of minting."""
    first, second = one.client.sign_in(), other.client.sign_in()
    minted = [secret.value for secret in one.provider.secrets if secret.kind == "refresh_token"]
    assert minted == [first["refresh_token"], second["refresh_token"]]


def test_what_one_process_alone_could_do(one: Worker, other: Worker) -> None:
    """What would happen in one process only is refused, saying so."""
    for method, path, body in (("GET", "/events", None), ("POST", "/down", {"seconds": 1})):
        answer = one.control.ask(method, path, body)
        assert (answer.status_code, "one process" in answer.json()["error"]) == (501, True)
    for fault in ("token : Hold()", "jwks : StaleKeys()", "discovery : DeadPort()"):
        assert "several serve this provider" in one.control.refused("POST", "/faults", {"text": fault})[""]
    with pytest.raises(SettingError, match="control API"), one.provider.failing("token : ServerError()"):
        pass  # pragma: no cover - it is refused before
    with pytest.raises(SettingError, match=r"snapshot\(\) is for a provider .* POST /_control/reset"):
        one.provider.snapshot()
    with serving() as start, pytest.raises(SettingError, match=r"put_back\(\) is for a provider .* shares it"):
        one.provider.put_back(start().snapshot())


def test_another_provider(share: Share) -> None:
    """A provider of another dialect is refused where one has its state already."""
    share()
    with pytest.raises(SettingError, match=r"belongs to another provider.*redis-cli FLUSHDB"):
        share("osa")


def test_a_database_that_is_emptied(one: Worker, other: Worker, state: str) -> None:
    """Whoever empties the database under running processes has them sign everybody out, and go on alike."""
    token = one.client.sign_in()["refresh_token"]
    one.provider.clock.advance(5)
    empty(state)
    one.client.refused(one.client.refresh(token), "invalid_grant", "never issued")
    one.provider.clock.advance(5)
    other.client.sign_in()
    assert (one.provider.clock.advanced, other.provider.clock.advanced) == (10, 10)


def test_issuers_beside(share: Share) -> None:
    """Issuers behind one socket have a state each."""
    first = share()
    beside = first.beside("/realms/acme").start()
    token = first.issue().refresh_token
    assert token in first.store.refresh_tokens
    assert token not in beside.store.refresh_tokens
    assert token not in beside.secrets

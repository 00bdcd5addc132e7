"""Whatever works once works once, whichever of several processes it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from threading import Barrier

import httpx
import pytest

from fakeprovider.protocol.pkce import s256
from tests.support.oauth_client import CALLBACK, DEVICE_CODE, VERIFIER
from tests.support.redis_server import Process

MANY = 30


@pytest.fixture(autouse=True)
def _nothing_crashes(several: list[Process]) -> Iterator[None]:
    several[0].control("POST", "/reset")
    yield
    assert [process.control("GET", "/")["crashes"] for process in several] == [[], [], []]


def at_once(several: list[Process], act: Callable[[Process], httpx.Response]) -> list[httpx.Response]:
    """The answers to requests that come to all processes at the same moment."""
    gate = Barrier(MANY)

    def waiting(process: Process) -> httpx.Response:
        with process.apart() as alone:
            gate.wait()
            return act(alone)

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(waiting, islice(cycle(several), MANY)))


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    """How many answers have each status."""
    return Counter(answer.status_code for answer in answers)


def signed_in(process: Process) -> str:
    """A refresh token of a new session."""
    return str(process.control("POST", "/tokens", {"client_id": "cli"})["refresh_token"])


@pytest.mark.parametrize(
    ("policy", "others", "family_lives"),
    [("revoke_family", 400, False), ("reject", 400, True), ("reused_401", 401, True), ("benign_409", 409, True)],
)
def test_one_refresh_token(several: list[Process], policy: str, others: int, family_lives: bool) -> None:
    """Of many refreshes with one token, one rotates; the others get what the reuse policy says, in every process."""
    several[1].control("PATCH", "/settings", {"reuse": policy})
    token = signed_in(several[0])

    answers = at_once(several, lambda process: process.refresh(token))

    assert statuses(answers) == {200: 1, others: MANY - 1}
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert several[2].control("GET", "/sessions")[0]["generation"] == 2
    assert several[2].refresh(winner["refresh_token"]).status_code == (200 if family_lives else 400)


def test_one_rotation_with_the_same_answer(several: list[Process]) -> None:
    """With replay_same_answer all get the answer of the one rotation, whoever made it."""
    several[2].control("PATCH", "/settings", {"reuse": "replay_same_answer"})
    token = signed_in(several[1])

    answers = at_once(several, lambda process: process.refresh(token))

    assert statuses(answers) == {200: MANY}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


def test_one_device_code(several: list[Process]) -> None:
    """Of many polls with one approved device code, one wins."""
    code = several[0].post("/device_authorization", scope="openid").json()["device_code"]

    answers = at_once(several, lambda process: process.post("/token", grant_type=DEVICE_CODE, device_code=code))

    assert statuses(answers) == {200: 1, 400: MANY - 1}


def test_one_authorization_code(several: list[Process]) -> None:
    """Of many exchanges of one code, one wins; and because it came again, what the winner got is dead."""
    asked = {
        "response_type": "code",
        "client_id": "cli",
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
    }
    landed = several[0].http.get(f"{several[0].issuer}/authorize", params=asked)
    code = httpx.URL(landed.headers["Location"]).params["code"]
    proof = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}

    answers = at_once(several, lambda process: process.post("/token", grant_type="authorization_code", **proof))

    assert statuses(answers) == {200: 1, 400: MANY - 1}
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    bearer = {"Authorization": f"Bearer {winner['access_token']}"}
    assert several[1].http.get(f"{several[1].issuer}/userinfo", headers=bearer).status_code == 401


def test_one_pushed_request(several: list[Process]) -> None:
    """Of many browsers with one request_uri, one gets a code."""
    asked = {"response_type": "code", "redirect_uri": CALLBACK, "code_challenge": s256(VERIFIER)}
    pushed = several[0].post("/par", code_challenge_method="S256", **asked).json()
    browser = {"client_id": "cli", "request_uri": pushed["request_uri"]}

    answers = at_once(several, lambda process: process.http.get(f"{process.issuer}/authorize", params=browser))

    assert statuses(answers) == {302: 1, 400: MANY - 1}


def test_the_nth_request_of_a_fault(several: list[Process]) -> None:
    """A fault that is armed for three requests after five acts on three of many, and any process tells so."""
    several[0].control("POST", "/faults", {"text": "token after 5 : ServerError(503) x3"})

    answers = at_once(several, lambda process: process.refresh("unknown"))
    armed = several[2].control("GET", "/faults")[0]
    disarmed = several[1].control("DELETE", f"/faults/{armed['id']}")

    assert statuses(answers) == {503: 3, 400: MANY - 3}
    assert (armed["seen"], armed["fired"], disarmed["message"]) == (MANY, 3, "")
    assert several[0].refresh("unknown").status_code == 400


def test_each_step_of_a_sequence(several: list[Process]) -> None:
    """Each step of a sequence meets one request."""
    steps = [{"fault": "ServerError", "settings": {"status": status}} for status in (500, 502, 503)]
    several[1].control("POST", "/scripts", {"at": ["token"], "steps": [*steps, None]})

    answers = at_once(several, lambda process: process.refresh("unknown"))

    assert statuses(answers) == {500: 1, 502: 1, 503: 1, 400: MANY - 3}


def test_every_exchange_has_a_number_of_its_own(several: list[Process]) -> None:
    """The journal of any process has the exchanges of all, each once."""
    before = several[0].control("GET", "/journal")["mark"]

    at_once(several, lambda process: process.refresh("unknown"))

    listed = several[1].control("GET", "/journal")["exchanges"]
    assert [exchange["number"] for exchange in listed] == list(range(before + 1, before + MANY + 1))

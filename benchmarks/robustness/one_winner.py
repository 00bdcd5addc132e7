"""Whatever works once works once: rounds of requests at the same moment, for every rule that has one winner."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey

from benchmarks.soak.client import Connection, Measured, connected
from benchmarks.soak.scenarios import DEVICE_CODE, Site, control

MANY: Final = 50
_CALLBACK: Final = "http://127.0.0.1:9/callback"
_VERIFIER: Final = "v" * 43
_CHALLENGE: Final = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_KEY: Final = ECKey.generate_key("P-256")
_NUMBERS: Final = itertools.count()
_KEYED: Final = {"redirect_uris": [_CALLBACK], "token_endpoint_auth_method": "private_key_jwt"}


class Ask(NamedTuple):
    """A request that many send at the same moment: the method, the path, and the form where it is a POST."""

    method: str
    path: str
    form: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Rule:
    """Something that works `winners` times. Who wins is answered `won`, everybody else `lost`.

    `prepare` makes what the requests of one round are about. `settings` are those of the provider. `lives` is whether
    the session of the winner outlives the others' requests; None where there is no session.
    """

    name: str
    prepare: Callable[[Site, Connection], Awaitable[Ask]]
    won: int = 200
    lost: int = 400
    winners: int = 1
    lives: bool | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    same_answer: bool = False


@dataclass
class Tally:
    """How the rounds of one rule went; `wrong` holds what was seen where a round had another outcome."""

    rule: str
    rounds: int = 0
    requests: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


async def _code(_site: Site, connection: Connection) -> Ask:
    asked = {"response_type": "code", "client_id": "bench", "redirect_uri": _CALLBACK, "scope": "offline_access"}
    query = urlencode({**asked, "code_challenge": _CHALLENGE, "code_challenge_method": "S256"})
    _, landed = await connection.ask("GET", f"/authorize?{query}")
    code = parse_qs(urlsplit(landed).query)["code"][0]
    proof = {"redirect_uri": _CALLBACK, "code_verifier": _VERIFIER, "client_id": "bench"}
    return Ask("POST", "/token", {"grant_type": "authorization_code", "code": code, **proof})


async def _device(_site: Site, connection: Connection) -> Ask:
    form = {"client_id": "bench", "scope": "offline_access"}
    _, begun = await connection.ask("POST", "/device_authorization", form)
    return Ask("POST", "/token", {"grant_type": DEVICE_CODE, "client_id": "bench", "device_code": begun["device_code"]})


async def _refresh(site: Site, _connection: Connection) -> Ask:
    issued = await control(site, "POST", "/tokens", {"client_id": "bench", "scope": "offline_access"})
    return _refreshing(issued["refresh_token"])


def _refreshing(token: str) -> Ask:
    return Ask("POST", "/token", {"grant_type": "refresh_token", "client_id": "bench", "refresh_token": token})


async def _pushed(_site: Site, connection: Connection) -> Ask:
    asked = {"response_type": "code", "client_id": "bench", "redirect_uri": _CALLBACK, "code_challenge": _CHALLENGE}
    _, pushed = await connection.ask("POST", "/par", {**asked, "code_challenge_method": "S256"})
    return Ask("GET", f"/authorize?{urlencode({'client_id': 'bench', 'request_uri': pushed['request_uri']})}")


async def _page(site: Site, connection: Connection) -> Ask:
    """Show the page for the person at the browser, and return the form on it, approved."""
    await control(site, "PATCH", "/user", {"decision": "ignore"})
    asked = {"response_type": "code", "client_id": "bench", "redirect_uri": _CALLBACK, "code_challenge": _CHALLENGE}
    query = urlencode({**asked, "code_challenge_method": "S256"})
    page = (await connection.receive("GET", f"/authorize?{query}")).body.decode()
    await control(site, "PATCH", "/user", {"decision": "approve"})
    page_id = page.partition('name="sign_in" value="')[2].partition('"')[0]
    return Ask("POST", "/authorize", {"sign_in": page_id, "decision": "approve"})


async def _assertion(site: Site, connection: Connection) -> Ask:
    """Register a client with a key, and return a request with an assertion that it signed (RFC 7523 3)."""
    metadata = {**_KEYED, "jwks": {"keys": [_KEY.as_dict(private=False)]}}
    _, client = await connection.ask("POST", "/register", metadata, kind="application/json")
    me = client["client_id"]
    issuer = f"http://127.0.0.1:{site.port}"
    claims = {"iss": me, "sub": me, "aud": issuer, "exp": int(time.time()) + 600, "jti": f"jti-{next(_NUMBERS)}"}
    signed = jws.serialize_compact({"alg": "ES256"}, json.dumps(claims).encode(), _KEY)
    proof = {"client_assertion_type": _ASSERTION, "client_assertion": signed}
    return Ask("POST", "/token", {"grant_type": "client_credentials", "scope": "read", **proof})


async def _fault(site: Site, _connection: Connection) -> Ask:
    """Arm a fault for three requests after five."""
    await control(site, "DELETE", "/faults")
    await control(site, "POST", "/faults", {"text": "token after 5 : ServerError(503) x3"})
    return _refreshing("unknown")


def _reuse(policy: str, lost: int, *, lives: bool) -> Rule:
    settings = {"reuse": policy, "reuse_grace": 600}
    return Rule(f"refresh token, {policy}", _refresh, lost=lost, lives=lives, settings=settings)


_SAME: Final = Rule(
    "refresh token, replay_same_answer",
    _refresh,
    winners=MANY,
    lives=True,
    settings={"reuse": "replay_same_answer", "reuse_grace": 600},
    same_answer=True,
)

RULES: Final[tuple[Rule, ...]] = (
    Rule("authorization code", _code, lives=False),
    Rule("device code", _device, lives=True),
    _reuse("revoke_family", 400, lives=False),
    _reuse("reject", 400, lives=True),
    _reuse("reused_401", 401, lives=True),
    _reuse("benign_409", 409, lives=True),
    _SAME,
    Rule("pushed request", _pushed, won=302),
    Rule("sign-in page", _page, won=303),
    Rule("client assertion", _assertion, lost=401),
    Rule("fault for three requests after five", _fault, won=503, winners=3),
)


async def race(site: Site, rule: Rule, rounds: int) -> Tally:
    """Have that many rounds, in each of which `MANY` connections ask for the same at the same moment."""
    await control(site, "POST", "/reset")
    await control(site, "PATCH", "/settings", {"device_interval": 0, **rule.settings})
    tally = Tally(rule.name)
    began = time.perf_counter()
    async with _crowd(site) as crowd:
        for number in range(rounds):
            ask = await rule.prepare(site, crowd[0])
            answers = await asyncio.gather(*(one.ask(ask.method, ask.path, ask.form) for one in crowd))
            tally.rounds += 1
            tally.requests += len(answers)
            if wrong := await _wrong(rule, answers, crowd[0]):
                tally.wrong.append(f"round {number}: {wrong}")
    tally.seconds = time.perf_counter() - began
    return tally


async def _wrong(rule: Rule, answers: list[tuple[int, Any]], connection: Connection) -> str:
    """Return what is wrong with the answers of one round, "" for nothing."""
    seen = Counter(status for status, _ in answers)
    expected = Counter({rule.won: rule.winners, rule.lost: len(answers) - rule.winners})
    if +expected != seen:
        return f"expected {dict(+expected)}, got {dict(seen)}"
    winner = next(answer for status, answer in answers if status == rule.won)
    if rule.same_answer and any(answer != winner for _, answer in answers):
        return "they got different answers"
    if rule.lives is None:
        return ""
    again = _refreshing(winner["refresh_token"])
    status, _ = await connection.ask(again.method, again.path, again.form)
    return "" if (status == 200) == rule.lives else f"the winner's session should live: {rule.lives}; got {status}"


@asynccontextmanager
async def _crowd(site: Site) -> AsyncIterator[list[Connection]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(connected(site.port, Measured())) for _ in range(MANY)]

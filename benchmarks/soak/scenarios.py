"""The loads. Each returns what was measured, and in a few words what there is to say beside the figures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from benchmarks.soak.client import JSON, Connection, Measured, connected, spread
from benchmarks.soak.subjects import TOKEN, Usage

DEVICE_CODE: Final = "urn:ietf:params:oauth:grant-type:device_code"
CREDENTIALS: Final = {
    "grant_type": "client_credentials",
    "client_id": "bench",
    "client_secret": "secret",
    "scope": "read",
}
CONNECTIONS: Final = 50


@dataclass(frozen=True)
class Sizes:
    """How large each load is."""

    pollers: int = 1_000
    sessions: int = 10_000
    rotations: int = 2
    tokens: int = 10_000
    exchanges: int = 1_000_000
    idle: int = 5_000

    def times(self, share: float) -> Sizes:
        """Return that share of each load; each session rotates as often."""
        few = {name: max(1, round(size * share)) for name, size in asdict(self).items()}
        return replace(self, **{**few, "rotations": self.rotations})


@dataclass(frozen=True)
class Site:
    """Where a subject is reached, and how much of the machine it uses."""

    port: int
    usage: Callable[[], Usage]


@dataclass(frozen=True)
class Outcome:
    """What one scenario measured, what the subject used at the end of it, and a remark."""

    measured: Measured
    usage: Usage
    remark: str = ""


Scenario = Callable[[Site, Sizes], Awaitable[Outcome]]


async def pollers(site: Site, sizes: Sizes) -> Outcome:
    """Many devices poll at their interval while nobody decides; then the user approves, and each gets its tokens."""
    await control(site, "PATCH", "/user", {"decision": "ignore"})
    waiting = asyncio.Semaphore(0)
    done = 0

    async def device(connection: Connection, _number: int) -> None:
        nonlocal done
        _, code = await connection.ask("POST", "/device_authorization", {"client_id": "bench", "scope": "openid"})
        form = {"grant_type": DEVICE_CODE, "client_id": "bench", "device_code": (code or {}).get("device_code", "")}
        interval = (code or {}).get("interval", 1)
        for poll in range(60):
            await asyncio.sleep(interval)
            status, answer = await connection.ask("POST", "/token", form)
            if poll == 0:
                waiting.release()
            if status == 200:
                done += 1
                return
            if (answer or {}).get("error") == "slow_down":
                interval += 5

    async def approve() -> None:
        for _ in range(sizes.pollers // 2):
            await waiting.acquire()
        await control(site, "PATCH", "/user", {"decision": "approve"})

    approving = asyncio.create_task(approve())
    measured = await spread(site.port, sizes.pollers, device)
    approving.cancel()
    return Outcome(measured, site.usage(), f"{done} of {sizes.pollers} signed in")


async def rotations(site: Site, sizes: Sizes) -> Outcome:
    """Many sessions, each of which is refreshed again and again."""
    tokens: list[str] = []

    async def sign_in(connection: Connection, number: int) -> None:
        for _ in range(number, sizes.sessions, CONNECTIONS):
            body = {"client_id": "bench"}
            _, issued = await connection.ask("POST", "/_control/tokens", body, bearer=TOKEN, kind=JSON)
            tokens.append(issued["refresh_token"])

    await spread(site.port, CONNECTIONS, sign_in)

    async def refresh(connection: Connection, number: int) -> None:
        for _ in range(sizes.rotations):
            for index in range(number, len(tokens), CONNECTIONS):
                form = {"grant_type": "refresh_token", "client_id": "bench", "refresh_token": tokens[index]}
                status, answer = await connection.ask("POST", "/token", form)
                tokens[index] = answer["refresh_token"] if status == 200 else tokens[index]

    measured = await spread(site.port, CONNECTIONS, refresh)
    return Outcome(measured, site.usage(), f"{len(tokens)} sessions")


async def client_credentials(site: Site, sizes: Sizes) -> Outcome:
    """Tokens for clients themselves, opaque ones that the subject has to remember."""
    each = max(1, sizes.tokens // CONNECTIONS)

    async def ask(connection: Connection, _number: int) -> None:
        for _ in range(each):
            await connection.ask("POST", "/token", CREDENTIALS)

    return Outcome(await spread(site.port, CONNECTIONS, ask), site.usage())


async def exchanges(site: Site, sizes: Sizes) -> Outcome:
    """A long time of small requests; the journal lets the oldest go, and says so."""
    each = max(1, sizes.exchanges // CONNECTIONS)

    async def ask(connection: Connection, _number: int) -> None:
        for _ in range(each):
            await connection.ask("GET", "/jwks")

    measured = await spread(site.port, CONNECTIONS, ask)
    journal = await control(site, "GET", "/journal?limit=1")
    return Outcome(measured, site.usage(), f"{journal['dropped']} exchanges dropped")


async def idle(site: Site, sizes: Sizes) -> Outcome:
    """Some clients ask while very many others are connected and say nothing."""
    unheard = Measured()
    async with AsyncExitStack() as silent:
        refused = 0
        for _ in range(sizes.idle):
            try:
                await silent.enter_async_context(connected(site.port, unheard))
            except OSError:
                refused += 1

        async def ask(connection: Connection, _number: int) -> None:
            for _ in range(40):
                await connection.ask("GET", "/jwks")

        measured = await spread(site.port, CONNECTIONS, ask)
        return Outcome(measured, site.usage(), f"{sizes.idle - refused} idle connections")


async def control(site: Site, method: str, path: str, body: object = None) -> Any:
    """Ask the control API, and return what it answers."""
    async with connected(site.port, Measured()) as connection:
        _, answer = await connection.ask(method, f"/_control{path}", body, bearer=TOKEN, kind=JSON)
        return answer


SCENARIOS: Final[dict[str, Scenario]] = {
    "device pollers": pollers,
    "rotations": rotations,
    "opaque tokens": client_credentials,
    "exchanges": exchanges,
    "idle connections": idle,
}

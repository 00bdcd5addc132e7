"""The client: many connections at once, each with one request after the other, and the time of every answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass
class Measured:
    """How long each answer took, in seconds, and how many had which status (0: the connection failed)."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    began: float = field(default_factory=time.perf_counter)
    ended: float = 0.0

    def stop(self) -> None:
        """Stop the clock."""
        self.ended = time.perf_counter()

    @property
    def per_second(self) -> float:
        """Answers per second, over all connections."""
        return len(self.times) / max(self.ended - self.began, 1e-9)

    def percentile(self, share: float) -> float:
        """The time below which that share of the answers stayed, in milliseconds."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")


class Answer(NamedTuple):
    """One answer: the status, the lines before the body, and the body."""

    status: int
    head: str
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return the value of a header field, whose name is given in lower case; "" where there is none."""
        at = self.head.lower().find(f"\r\n{name}:")
        return "" if at < 0 else self.head[at + len(name) + 3 :].partition("\r\n")[0].strip()


class Connection:
    """One connection that is kept alive; what is asked over it is measured."""

    def __init__(self, port: int, measured: Measured, streams: Streams) -> None:
        self._host = f"127.0.0.1:{port}"
        self._measured = measured
        self._reader, self._writer = streams

    async def ask(
        self, method: str, path: str, body: object = None, *, bearer: str = "", kind: str = FORM
    ) -> tuple[int, Any]:
        """Ask, and return the status and the JSON of the answer, or the address it redirects to; None for neither."""
        answer = await self.receive(method, path, body, bearer=bearer, kind=kind)
        if "application/json" in answer.header("content-type"):
            return answer.status, json.loads(answer.body)
        return answer.status, answer.header("location") or None

    async def receive(
        self, method: str, path: str, body: object = None, *, bearer: str = "", kind: str = FORM
    ) -> Answer:
        """Ask, and return the answer as it came."""
        content = b"" if body is None else (urlencode(body) if kind == FORM else json.dumps(body)).encode()  # type: ignore[arg-type]  # a mapping where it is a form
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(content)}"]
        lines += [f"Content-Type: {kind}"] if content else []
        lines += [f"Authorization: Bearer {bearer}"] if bearer else []
        began = time.perf_counter()
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        head = await self._reader.readuntil(b"\r\n\r\n")
        answer = Answer(int(head.split(b" ", 2)[1]), head.decode("latin-1"))
        answer = answer._replace(body=await self._reader.readexactly(int(answer.header("content-length") or 0)))
        self._measured.times.append(time.perf_counter() - began)
        self._measured.statuses[answer.status] += 1
        return answer


@contextlib.asynccontextmanager
async def connected(port: int, measured: Measured) -> AsyncIterator[Connection]:
    """Connect for a block."""
    streams = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Connection(port, measured, streams)
    finally:
        streams[1].close()


async def spread(port: int, connections: int, work: Callable[[Connection, int], Awaitable[object]]) -> Measured:
    """Run `work` over that many connections at the same time; it is handed its connection and its number."""
    measured = Measured()

    async def one(number: int) -> None:
        try:
            async with connected(port, measured) as connection:
                await work(connection, number)
        except (OSError, asyncio.IncompleteReadError):
            measured.statuses[0] += 1

    await asyncio.gather(*map(one, range(connections)))
    measured.stop()
    return measured

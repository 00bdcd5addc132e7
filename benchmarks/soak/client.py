"""The client: many connections at once, each with one request after the other, and the time of every answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
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


class Connection:
    """One connection that is kept alive; what is asked over it is measured."""

    def __init__(self, port: int, measured: Measured, streams: Streams) -> None:
        self._host = f"127.0.0.1:{port}"
        self._measured = measured
        self._reader, self._writer = streams

    async def ask(
        self, method: str, path: str, body: object = None, *, bearer: str = "", kind: str = FORM
    ) -> tuple[int, Any]:
        """Ask, and return the status and the JSON of the answer (None for anything else)."""
        content = b"" if body is None else (urlencode(body) if kind == FORM else json.dumps(body)).encode()  # type: ignore[arg-type]  # a mapping where it is a form
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(content)}"]
        lines += [f"Content-Type: {kind}"] if content else []
        lines += [f"Authorization: Bearer {bearer}"] if bearer else []
        began = time.perf_counter()
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        status, answer = await self._receive()
        self._measured.times.append(time.perf_counter() - began)
        self._measured.statuses[status] += 1
        return status, answer

    async def _receive(self) -> tuple[int, Any]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        body = await self._reader.readexactly(length)
        answer = json.loads(body) if b"application/json" in head else None
        return int(head.split(b" ", 2)[1]), answer


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

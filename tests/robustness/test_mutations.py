"""Whole requests of a client with a few bytes changed, cut or repeated: six thousand, always the same ones."""

from __future__ import annotations

import random
import socket
from collections import Counter
from urllib.parse import urlsplit

import pytest

from fakeprovider import Provider
from tests.support.wire import PATIENCE, everything, request_bytes

MUTATIONS = 2000
INSERTED = [
    b"\r\n",
    b"\n",
    b"\0",
    b"\xff" * 9,
    b"%",
    b"%00",
    b":",
    b"  ",
    b"0\r\n\r\n",
    b"&",
    b"=",
    b"{",
    b"\xf0\x9f\x92\xa9",
]


def originals(provider: Provider) -> list[bytes]:
    """What a client sends in an ordinary life, one request each."""
    token = provider.issue("cli")
    bearer = f"Authorization: Bearer {token.access_token}"
    refresh = {"grant_type": "refresh_token", "client_id": "cli", "refresh_token": token.refresh_token}
    chunked = b"POST /token HTTP/1.1\r\nHost: fake\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    return [
        request_bytes(provider.url("discovery")),
        request_bytes(f"{provider.url('authorization')}?client_id=cli&response_type=code&state=s&scope=openid"),
        request_bytes(provider.url("token"), "Authorization: Basic Y2xpOnNlY3JldA==", form=refresh),
        request_bytes(provider.url("device_authorization"), "Cookie: a=1", form={"client_id": "cli"}),
        request_bytes(provider.url("userinfo"), bearer),
        request_bytes(f"{provider.api}/things", bearer),
        chunked + b"5\r\nhello\r\n6;a=b\r\n&a=b&c\r\n0\r\nX-Trailer: 1\r\n\r\n",
    ]


def mutated(request: bytes, dice: random.Random) -> bytes:
    """The request with one to seven things done to it."""
    broken = bytearray(request * dice.choice([1, 1, 1, 2, 3]))
    for _ in range(dice.randrange(1, 8)):
        at = dice.randrange(len(broken))
        kind = dice.randrange(4)
        if kind == 0:
            broken[at] = dice.randrange(256)
        elif kind == 1:
            broken[at:at] = dice.choice(INSERTED)
        elif kind == 2:
            del broken[at : at + dice.randrange(1, 20)]
        else:
            broken[at:at] = broken[at : at + dice.randrange(1, 200)]
        broken = broken or bytearray(b"G")
    return bytes(broken[: dice.randrange(1, len(broken) + 1)] if dice.random() < 0.2 else broken)


def statuses(address: tuple[str, int], data: bytes) -> list[int]:
    """What is answered to these bytes, until the connection ends; a reset is an end, too."""
    with socket.create_connection(address, PATIENCE) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            heard = everything(connection)
        except (ConnectionResetError, BrokenPipeError):
            return []
    return [int(part[:3]) for part in heard.split(b"HTTP/1.1 ")[1:] if part[:3].isdigit()]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_mutation_breaks_it(provider: Provider, seed: int) -> None:
    """Never a 5xx but 505, never silence for good; whoever comes next is served as ever."""
    dice = random.Random(seed)  # noqa: S311 - the same every time is what it is for
    provider.user.ignores()
    requests = originals(provider)
    parts = urlsplit(provider.origin)
    address = (str(parts.hostname), int(parts.port or 80))
    answered: Counter[int] = Counter()
    for number in range(MUTATIONS):
        data = mutated(dice.choice(requests), dice)
        found = statuses(address, data)
        assert all(status == 505 or status < 500 for status in found), f"mutation {number}: {found} for {data!r}"
        answered.update(found)
    assert {200, 400, 404} <= set(answered), answered

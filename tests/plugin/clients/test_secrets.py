"""A secret is found however it is written down."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest

from pytest_auth_provider.clients.credentials import find_secrets


@dataclass(frozen=True)
class Minted:
    """A secret as the provider remembers it."""

    kind: str
    value: str


SECRET = Minted("refresh_token", 'rt/a+b=c"d-e_f.0123456789 ü')
PLAIN = SECRET.value.encode()


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        quote(SECRET.value).encode(),
        quote(SECRET.value, safe="").encode(),
        urlencode({"token": SECRET.value}).encode(),
        json.dumps({"token": SECRET.value}).encode(),
        json.dumps({"token": SECRET.value}).replace("/", r"\/").encode(),
        json.dumps({"token": SECRET.value}, ensure_ascii=False).encode(),
        *(base64.b64encode(b"x" * before + PLAIN + b"y" * after) for before in range(4) for after in range(4)),
        *(
            base64.urlsafe_b64encode(b"\xff" * before + PLAIN + b"\xff" * after)
            for before in range(4)
            for after in range(4)
        ),
    ],
)
def test_every_spelling_is_found(data: bytes) -> None:
    """Plain, percent-encoded, as JSON, as base64 at any place of longer data."""
    found = find_secrets(b"before " + data + b" after", [SECRET])
    assert [secret for secret, _spelling in found] == [SECRET]
    assert all(spelling in data for _secret, spelling in found)


def test_other_data_holds_no_secret() -> None:
    """A part of a secret, another secret or a hash is not the secret."""
    for data in (b"", PLAIN[:-3], b"another token", base64.b64encode(b"something else entirely")):
        assert find_secrets(data, [SECRET]) == []


def test_short_values_are_not_looked_for() -> None:
    """A secret of a few characters would turn up by chance."""
    assert find_secrets(b"abc is easy as 123", [Minted("client_secret", "abc")]) == []

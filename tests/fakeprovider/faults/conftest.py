"""Connections to the provider that send bytes, and what is in the tokens it issues."""

from __future__ import annotations

import json
import socket
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from fakeprovider import Provider
from tests.support.wire import connect, request_bytes

Dial = Callable[..., socket.socket]


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a JWT, unchecked."""
    header, claims = (json.loads(urlsafe_b64decode(part + "===")) for part in token.split(".")[:2])
    return header, claims


@pytest.fixture
def dial(provider: Provider) -> Iterator[Dial]:
    """Open a connection to the provider and GET an endpoint, or POST a form to it."""
    with ExitStack() as connections:

        def dial(endpoint: str, **form: str) -> socket.socket:
            connection = connections.enter_context(connect(provider.origin))
            connection.sendall(request_bytes(provider.url(endpoint), form=form))
            return connection

        yield dial

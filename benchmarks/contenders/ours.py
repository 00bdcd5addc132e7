"""This project's provider: `python -m benchmarks.contenders.ours [knob=value ...] [--refresh]`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.contenders.child import Serving, Start, TokenRequest, run
from fakeprovider import Provider


def starting(knobs: Mapping[str, Any], *, refresh: bool = False) -> Start:
    """How to start a provider with these knobs; with `refresh` its tokens are asked for with a refresh token."""

    @contextlib.contextmanager
    def start() -> Iterator[Serving]:
        with Provider(**knobs) as provider:
            yield Serving(provider.address[1], lambda: _refreshed(provider) if refresh else CREDENTIALS)

    return start


CREDENTIALS = TokenRequest("grant_type=client_credentials&client_id=bench&client_secret=secret&scope=read")


def _refreshed(provider: Provider) -> TokenRequest:
    token = provider.issue("bench").refresh_token
    return TokenRequest("grant_type=refresh_token&client_id=bench&refresh_token={refresh_token}", token)


if __name__ == "__main__":
    given = dict(argument.split("=", 1) for argument in sys.argv[1:] if "=" in argument)
    run(starting(given, refresh="--refresh" in sys.argv))

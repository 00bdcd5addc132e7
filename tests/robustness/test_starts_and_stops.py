"""A provider that was started and stopped two thousand times is as good as new, whatever clients were doing."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest

from fakeprovider import Provider
from tests.support.wire import Wire, request_bytes

TIMES = 400  # at each of the five moments
MOMENTS = ["unused", "connected", "half a request", "in the middle", "answered"]


def belongings() -> tuple[int, int]:
    """How many files and threads this process has."""
    gc.collect()
    return len(list(Path("/dev/fd").iterdir())), threading.active_count()


@pytest.mark.parametrize("moment", MOMENTS)
def test_two_thousand_starts_and_stops(moment: str) -> None:
    """Four hundred times at each moment: nothing is left behind, no file, no thread, no crash."""
    provider = Provider(algorithm="ES256")
    before = belongings()
    for _ in range(TIMES):
        with provider, Wire(provider.origin) as wire:
            request = request_bytes(provider.url("jwks"))
            if moment != "unused":
                wire.send({"connected": b"", "half a request": request[:20]}.get(moment, request))
            if moment == "answered":
                assert wire.hear().status == 200
            provider.stop()
    assert provider.crashes == []
    files, threads = belongings()  # what earlier tests left may be tidied up meanwhile
    assert (files <= before[0], threads <= before[1]) == (True, True), f"{before} before, {(files, threads)} after"

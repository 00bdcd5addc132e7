"""Where the time of an answer goes: cProfile around the provider, its own time added up by what the code belongs to."""

from __future__ import annotations

import cProfile
import io
import pstats
import time
from collections import defaultdict
from typing import Final

from werkzeug.test import EnvironBuilder

from benchmarks.contenders.ours import CREDENTIALS
from fakeprovider import Provider
from fakeprovider.server import Request

PARTS: Final = {
    "signing": "the signature (OpenSSL)",
    "joserfc": "joserfc around it",
    "json": "JSON",
    "werkzeug": "werkzeug's Request",
    "fakeprovider": "route, client, grant, store, journal",
    "python": "the rest of Python",
}
"""The parts an answer's time is split into, as the report words them."""

_FORM: Final = "application/x-www-form-urlencoded"


class Profile:
    """What one kind of answer costs: `cpu` microseconds without the profiler, and its `shares` by part, of 1."""

    def __init__(self, endpoint: str, algorithm: str, answers: int = 1000) -> None:
        self.endpoint = endpoint
        self.algorithm = algorithm
        with Provider(algorithm=algorithm) as provider:
            self._answer(provider, 100)
            began = time.process_time()
            self._answer(provider, answers)
            self.cpu = (time.process_time() - began) / answers * 1e6
            with cProfile.Profile() as profiler:
                self._answer(provider, answers)
        self.shares = _shares(pstats.Stats(profiler))

    def _answer(self, provider: Provider, times: int) -> None:
        """Answer as if asked through the socket."""
        body = CREDENTIALS.body.encode() if self.endpoint == "token" else b""
        path, method = provider.dialect.paths[self.endpoint], "POST" if body else "GET"
        environ = EnvironBuilder(
            path, method=method, data=body or None, content_type=_FORM if body else None
        ).get_environ()
        for _ in range(times):
            request = Request({**environ, "wsgi.input": io.BytesIO(body)})
            if provider.answer(request).status != 200:
                raise RuntimeError(f"expected a 200 from {path}")


def _shares(stats: pstats.Stats) -> dict[str, float]:
    spent: dict[str, float] = defaultdict(float)
    for (file, _, function), (_, _, own, *_) in stats.stats.items():  # type: ignore[attr-defined]  # not in typeshed
        spent[_part(file, function)] += own
    whole = sum(spent.values())
    return {part: spent[part] / whole for part in PARTS}


def _part(file: str, function: str) -> str:
    if "method 'sign'" in function:
        return "signing"
    for part in ("joserfc", "json", "werkzeug", "fakeprovider"):
        if f"/{part}/" in file:
            return part
    return "python"

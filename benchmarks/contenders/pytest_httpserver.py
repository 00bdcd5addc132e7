"""PyPI pytest-httpserver: no provider, one canned answer; what a hand-written fake costs at least."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

# A peer, in an environment of its own.
from pytest_httpserver import HTTPServer  # type: ignore[import-not-found]

from benchmarks.contenders.child import DISCOVERY, Serving, run
from benchmarks.contenders.floor import BODY


@contextlib.contextmanager
def start() -> Iterator[Serving]:
    """A server with two canned documents."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with HTTPServer(host="127.0.0.1") as server:
        for path in (DISCOVERY, "/jwks"):
            server.expect_request(path).respond_with_data(BODY, content_type="application/json")
        yield Serving(server.port)


if __name__ == "__main__":
    run(start)

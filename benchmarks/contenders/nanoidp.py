"""PyPI nanoidp, with the configuration its own `init` writes."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.contenders.child import Serving, Start, TokenRequest, basic, run
from benchmarks.contenders.werkzeug_loop import serving


def starting(configuration: str) -> Start:
    """How to start it with this configuration directory."""
    # A peer, in an environment of its own.
    from nanoidp.app import create_app  # type: ignore[import-not-found]

    @contextlib.contextmanager
    def start() -> Iterator[Serving]:
        app = create_app(configuration)
        logging.getLogger().setLevel(logging.ERROR)
        with serving(app) as port:
            yield Serving(port, lambda: CREDENTIALS)

    return start


CREDENTIALS = TokenRequest("grant_type=client_credentials", authorization=basic("demo-client", "demo-secret"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        made = Path(directory, "config")
        subprocess.run([sys.executable, "-m", "nanoidp", "init", str(made)], check=True, stdout=subprocess.DEVNULL)
        os.chdir(directory)  # it keeps its keys there
        run(starting(str(made)))

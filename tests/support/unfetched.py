"""A `python` that fetches nothing: pip is told to have installed what it was asked for, anything else runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SCRIPT = """#!/bin/sh
if [ "$2" = pip ]; then printf '%s\\n' "$*" >> "{noted}"; exit 0; fi
exec "{python}" "$@"
"""


class Unfetched:
    """A directory with such a `python`; `environment` is that of this process with it first on the path."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self._noted = directory / "noted"
        program = directory / "python"
        program.write_text(SCRIPT.format(noted=self._noted, python=sys.executable))
        program.chmod(0o755)
        self.environment = {**os.environ, "PATH": os.pathsep.join([str(directory), os.environ["PATH"]])}

    @property
    def asked(self) -> list[str]:
        """What pip was asked for, with its options, one command each."""
        return self._noted.read_text().splitlines()

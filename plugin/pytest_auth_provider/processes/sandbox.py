"""What commands, runners, the clock and the browser need of a client's sandbox (`clients.sandbox.Sandbox`).

They stand below `clients` and only know this protocol.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Protocol


class SandboxLike(Protocol):
    """A directory tree for one client, and the environment its commands get.

    `root` holds everything else. `home`, `config`, `cache`, `data`, `state`, `tmp` and `cwd` are placeholders of
    adapters. `bin` comes first on the PATH. `variables` may be changed: every further command gets them. `ca_file` is
    the certificate authority that clients trust, if any. `furnished` is true once the adapter's files are written. What
    is pushed on `closing` runs when the sandbox closes.
    """

    root: Path
    home: Path
    config: Path
    cache: Path
    data: Path
    state: Path
    tmp: Path
    cwd: Path
    bin: Path
    variables: dict[str, str]
    ca_file: Path | None
    furnished: bool
    closing: ExitStack

    def new_mark(self) -> str:
        """Return a value for the marker variable that no other command has."""

    def environment(self, mark: str) -> dict[str, str]:
        """Return the whole environment of a command that carries `mark`."""

"""The field: who is measured, and how each one is run."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
_PROGRAMS: Final = Path(__file__).parent / "contenders"


@dataclass(frozen=True)
class Contender:
    """Somebody who is measured: `command` runs the program in `contenders/` that wraps it."""

    name: str
    command: tuple[str, ...]
    package: str = ""
    """The package of a peer, as its registry calls it; empty for what comes from here."""
    grant: str = "client_credentials"
    """How its tokens are asked for; empty for one that has none."""
    algorithm: str = "RS256"

    @property
    def is_peer(self) -> bool:
        """Whether it is somebody else's."""
        return bool(self.package)


def _own(name: str, program: str, *arguments: str, grant: str = "client_credentials", algorithm: str = "") -> Contender:
    command = (sys.executable, "-m", f"benchmarks.contenders.{program}", *arguments)
    return Contender(name, command, grant=grant, algorithm=algorithm)


FLOOR: Final = _own("bare loop (the floor)", "floor", grant="")
PARSING: Final = _own("woken loop around http.server", "parsing_loop", grant="")
RS256: Final = _own("pytest-auth-provider, RS256", "ours", algorithm="RS256")
ES256: Final = _own("pytest-auth-provider, ES256", "ours", "algorithm=ES256", algorithm="ES256")
OPAQUE: Final = _own("pytest-auth-provider, opaque", "ours", "access_token_format=opaque", algorithm="opaque")
REFRESH: Final = _own(
    "pytest-auth-provider, RS256, two tokens", "ours", "--refresh", grant="refresh_token", algorithm="RS256"
)
OURS: Final = (FLOOR, PARSING, RS256, ES256, OPAQUE, REFRESH)


def python_peers(environment: Path) -> tuple[Contender, ...]:
    """The peers from PyPI, installed in the virtual environment `environment`."""
    python = str(environment / "bin" / "python")

    def peer(package: str, grant: str = "client_credentials") -> Contender:
        program = f"benchmarks.contenders.{package.replace('-', '_')}"
        return Contender(package, (python, "-m", program), package, grant)

    return (
        peer("oidc-provider-mock", "refresh_token"),
        peer("pytest-iam"),
        peer("nanoidp"),
        peer("pytest-httpserver", ""),
    )


def node_peers(prefix: Path) -> tuple[Contender, ...]:
    """The peers from npm, installed below `prefix`."""

    def peer(package: str) -> Contender:
        program = _PROGRAMS / f"{package.replace('-', '_')}.mjs"
        return Contender(f"{package} (node)", ("node", str(program), str(prefix)), package)

    return peer("oauth2-mock-server"), peer("oidc-provider")

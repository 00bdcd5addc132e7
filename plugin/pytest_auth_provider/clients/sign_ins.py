"""Sign in once: what a login left behind is kept, and put back for the next case that only needs somebody signed in.

A sign-in is put back only where a real one would have gone the same way: the same adapter, settings, files, path and
address, nothing done yet, and not long ago. Everything else signs in for real, and so does a second run that confirms
an accusation.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.clients.environment import PROXY_VARIABLES
from pytest_auth_provider.clients.sandbox import Sandbox, folder_of
from pytest_auth_provider.clients.written_files import WrittenFiles
from pytest_auth_provider.outcome.outcome import Outcome

if TYPE_CHECKING:
    from fakeprovider import Provider
    from fakeprovider.state.snapshot import Snapshot as Memory

FRESH: Final = 1 / 20
"""The part of an access token's lifetime for which a sign-in counts as one of just now."""
SHORTEST: Final = 600.0
"""Seconds: a token that lives less is issued anew for each case, because a contract is about its age."""
MOST_BYTES: Final = 64 * 1024 * 1024
"""What a login may write at most; to copy more takes longer than to sign in again."""
REMEMBERED: Final = 180.0
"""Seconds for which a sign-in is kept whose access token has expired already."""


@dataclass(frozen=True)
class Beginning:
    """All that a login depends on: two that begin alike, end alike."""

    adapter: Adapter
    origins: tuple[str, str]
    """Issuer and API."""
    parts: Mapping[str, object]
    routes: Mapping[str, object]
    root: Path
    variables: Mapping[str, str]
    files: Mapping[Path, tuple[str, int]] = field(repr=False)


@dataclass(frozen=True)
class SignIn:
    """What one login left behind. `expired` says for whom its access token has expired since; "" for nobody."""

    beginning: Beginning
    expired: str
    outcome: Outcome = field(repr=False)
    memory: Memory = field(repr=False)
    written: WrittenFiles = field(repr=False)
    lasts: float
    """Seconds for which it may be put back."""
    at: float = field(default_factory=time.monotonic)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two sign-ins that began alike have in common: what was asked, what was issued, what was written."""
        asked = tuple((one.endpoint, one.grant, one.status) for one in self.outcome.exchanges)
        issued = frozenset(self.memory.secrets.values())
        return self.outcome.exit_code, asked, issued, self.written.shape(self.beginning.root)


class SignIns:
    """The sign-ins of one process, kept below `directory`, and where to sign in so that they can be put back."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._kept: list[SignIn] = []
        self._places: list[tuple[Adapter, Mapping[str, object], dict[str, object]]] = []
        self._numbers = 0

    def sandbox_of(self, adapter: Adapter) -> Path:
        """Return the directory in which the client of this adapter lives, in one case after the other."""
        return self._directory / "sandboxes" / folder_of(adapter.name)

    def ports_for(self, adapter: Adapter, settings: Mapping[str, object]) -> dict[str, object]:
        """Return the ports at which the client signed in before, with these settings, as settings of a provider."""
        return next((ports for one, given, ports in self._places if (one, given) == (adapter, settings)), {})

    def serves(self, adapter: Adapter, settings: Mapping[str, object], provider: Provider) -> None:
        """Note where a provider with these settings serves: the next one for the client is to serve there as well."""
        self._places = [place for place in self._places if place[:2] != (adapter, settings)]
        ports: dict[str, object] = {"port": provider.address[1]}
        if provider.dialect.api_path is None:
            ports["api_port"] = urlsplit(provider.api).port
        self._places.append((adapter, settings, ports))

    def sign_in(
        self,
        adapter: Adapter,
        sandbox: Sandbox,
        provider: Provider,
        login: Callable[[], Outcome],
        expired: str = "",
    ) -> Outcome:
        """Put an earlier sign-in back, or else do `login` and keep what it leaves behind; return its outcome.

        `expired` says for whom `login` lets the access token expire.
        """
        beginning = _beginning(adapter, sandbox, provider)
        if beginning is None:
            return login()
        earlier = self._find(beginning, expired)
        if earlier is not None and time.monotonic() - earlier.at <= earlier.lasts:
            sandbox.furnished = True
            earlier.written.put_back()
            provider.put_back(earlier.memory)
            return replace(earlier.outcome, earlier=True)
        outcome = login()
        self._keep(beginning, expired, outcome, sandbox, provider, earlier)
        return outcome

    def _find(self, beginning: Beginning, expired: str) -> SignIn | None:
        return next((one for one in self._kept if (one.expired, one.beginning) == (expired, beginning)), None)

    def _keep(
        self,
        beginning: Beginning,
        expired: str,
        outcome: Outcome,
        sandbox: Sandbox,
        provider: Provider,
        earlier: SignIn | None,
    ) -> None:
        """Keep a sign-in, in the place of the `earlier` one; neither where they turned out differently."""
        if not expired and provider.access_token_lifetime < SHORTEST:
            return
        if sandbox.overlooked or sum(status.st_size for _path, status in sandbox.touched_files()) > MOST_BYTES:
            return
        self._numbers += 1
        copies = self._directory / "sign-ins" / str(self._numbers)
        try:
            written = WrittenFiles.of(sandbox, beginning.files, copies)
        except OSError:  # something that nobody may read, or that is gone again: it cannot be put back
            shutil.rmtree(copies, ignore_errors=True)
            return
        lasts = REMEMBERED if expired else provider.access_token_lifetime * FRESH
        sign_in = SignIn(beginning, expired, outcome, provider.snapshot(), written, lasts)
        if earlier is not None:
            if earlier.shape != sign_in.shape:
                sign_in = replace(sign_in, lasts=0.0)
            self._kept.remove(earlier)
            shutil.rmtree(earlier.written.copies)
        self._kept.append(sign_in)


def _beginning(adapter: Adapter, sandbox: Sandbox, provider: Provider) -> Beginning | None:
    """Return what a login would depend on; None where something was done before it, or waits for it to be done."""
    if adapter.kind == "stdio" or provider.armed or provider.journal.mark() or provider.backend.shared:
        return None
    parts = {name: part.image() for name, part in provider.parts.items() if name != "keys"}
    variables = {name: value for name, value in sandbox.variables.items() if name not in PROXY_VARIABLES}
    files = {path: (state.sha256, state.mode) for path, state in sandbox.snapshot().items()}
    origins = (provider.issuer, provider.api)
    return Beginning(adapter, origins, parts, dict(provider.api_routes), sandbox.root, variables, files)

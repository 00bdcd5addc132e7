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
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.clients.environment import PROXY_VARIABLES
from pytest_auth_provider.clients.sandbox import Sandbox, folder_of
from pytest_auth_provider.clients.written_files import WrittenFiles
from pytest_auth_provider.outcome.outcome import Outcome

if TYPE_CHECKING:
    from fakeprovider import Provider
    from fakeprovider.state.snapshot import Snapshot as Memory
    from pytest_auth_provider.clients.clock import ExpiredFor

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
class Place:
    """Where a client signs in: at a provider that is made of an adapter and settings, and serves at these ports."""

    adapter: Adapter
    settings: Mapping[str, object]
    ports: Mapping[str, object]


@dataclass(frozen=True)
class Shape:
    """What sign-ins that began alike have in common: how they ended, what was asked, what was issued and written."""

    endings: frozenset[str]
    requests: frozenset[str]
    secrets: frozenset[str]
    files: frozenset[str]


@dataclass(frozen=True)
class SignIn:
    """What one login left behind. `expired` says for whom its access token has expired since; "" for nobody."""

    beginning: Beginning
    expired: ExpiredFor | Literal[""]
    outcome: Outcome = field(repr=False)
    memory: Memory = field(repr=False)
    written: WrittenFiles = field(repr=False)
    moved: Mapping[str, str]
    """The variables that the login changed: where waits were skipped, it moved the clock."""
    lasts: float
    """Seconds for which it may be put back."""
    place: Place | None = None
    """Where the client signed in; None where that is not known."""
    cases: list[str] = field(default_factory=list)
    """The cases that began with it, after the one that signed in."""
    at: float = field(default_factory=time.monotonic)

    @property
    def shape(self) -> Shape:
        """What it has in common with other sign-ins that began like it."""
        return Shape(
            endings=frozenset({f"exit code {self.outcome.exit_code}"}),
            requests=frozenset(
                f"{one.endpoint} {one.grant} {one.status}".replace("  ", " ")
                for one in self.outcome.exchanges
                if one.status < 400 or one.grant != "device_code"  # how often a client has to poll, is chance
            ),
            secrets=frozenset(self.memory.secrets.values()),
            files=frozenset(f"{path} {mode:o}" for path, mode in self.written.shape(self.beginning.root)),
        )


class SignIns:
    """The sign-ins of one process, kept below `directory`, and where to sign in so that they can be put back.

    `case` names what is run now. `contradicted` are sign-ins that cases began with, each with a later one that began
    like it and ended differently.
    """

    def __init__(self, directory: Path) -> None:
        self.case = ""
        self.contradicted: list[tuple[SignIn, SignIn]] = []
        self._directory = directory
        self._kept: list[SignIn] = []
        self._places: list[Place] = []
        self._numbers = 0

    @property
    def relied_upon(self) -> list[SignIn]:
        """The sign-ins that a case began with, and that no later one was compared with since."""
        return [one for one in self._kept if one.cases]

    def sandbox_of(self, adapter: Adapter) -> Path:
        """Return the directory in which the client of this adapter lives, in one case after the other."""
        return self._directory / "sandboxes" / folder_of(adapter.name)

    def ports_for(self, adapter: Adapter, settings: Mapping[str, object]) -> Mapping[str, object]:
        """Return the ports at which the client signed in before, with these settings, as settings of a provider."""
        known = (place for place in self._places if (place.adapter, place.settings) == (adapter, settings))
        return next((place.ports for place in known), {})

    def serves(self, adapter: Adapter, settings: Mapping[str, object], provider: Provider) -> None:
        """Note where a provider with these settings serves: the next one for the client is to serve there as well."""
        self._places = [place for place in self._places if (place.adapter, place.settings) != (adapter, settings)]
        ports: dict[str, object] = {"port": provider.address[1]}
        if provider.dialect.api_path is None:
            ports["api_port"] = urlsplit(provider.api).port
        self._places.append(Place(adapter, settings, ports))

    def sign_in(
        self,
        adapter: Adapter,
        sandbox: Sandbox,
        provider: Provider,
        login: Callable[[], Outcome],
        expired: ExpiredFor | Literal[""] = "",
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
            sandbox.variables |= earlier.moved
            earlier.written.put_back()
            provider.put_back(earlier.memory)
            earlier.cases.append(self.case)
            return replace(earlier.outcome, earlier=True)
        outcome = login()
        if expired or provider.access_token_lifetime >= SHORTEST:
            later = self.left_behind(beginning, expired, outcome, sandbox, provider)
            if later is not None:
                self._keep(later, earlier)
        return outcome

    def _find(self, beginning: Beginning, expired: str) -> SignIn | None:
        return next((one for one in self._kept if (one.expired, one.beginning) == (expired, beginning)), None)

    def left_behind(
        self,
        beginning: Beginning,
        expired: ExpiredFor | Literal[""],
        outcome: Outcome,
        sandbox: Sandbox,
        provider: Provider,
    ) -> SignIn | None:
        """Return a sign-in that was just done, with all it left behind; None where that is too much to be copied."""
        if sandbox.overlooked or sum(status.st_size for _path, status in sandbox.touched_files()) > MOST_BYTES:
            return None
        self._numbers += 1
        copies = self._directory / "sign-ins" / str(self._numbers)
        try:
            written = WrittenFiles.of(sandbox, beginning.files, copies)
        except OSError:  # something that nobody may read, or that is gone again: it cannot be put back
            shutil.rmtree(copies, ignore_errors=True)
            return None
        lasts = REMEMBERED if expired else provider.access_token_lifetime * FRESH
        moved = dict(_variables(sandbox).items() - beginning.variables.items())
        place = next((place for place in self._places if place.ports["port"] == provider.address[1]), None)
        return SignIn(beginning, expired, outcome, provider.snapshot(), written, moved, lasts, place)

    def _keep(self, sign_in: SignIn, earlier: SignIn | None) -> None:
        """Keep a sign-in, in the place of the `earlier` one; neither where they turned out differently."""
        if earlier is not None:
            if earlier.shape != sign_in.shape:
                sign_in = replace(sign_in, lasts=0.0)
                if earlier.cases:
                    self.contradicted.append((earlier, sign_in))
            else:
                shutil.rmtree(earlier.written.copies)
            self._kept.remove(earlier)
        self._kept.append(sign_in)


def _beginning(adapter: Adapter, sandbox: Sandbox, provider: Provider) -> Beginning | None:
    """Return what a login would depend on; None where something was done before it, or waits for it to be done."""
    if adapter.kind == "stdio" or provider.armed or provider.journal.mark() or provider.backend.shared:
        return None
    if any(True for _file in sandbox.touched_files()):
        return None
    parts = {name: part.image() for name, part in provider.parts.items() if name != "keys"}
    files = {path: (state.sha256, state.mode) for path, state in sandbox.snapshot().items()}
    origins = (provider.issuer, provider.api)
    return Beginning(adapter, origins, parts, dict(provider.api_routes), sandbox.root, _variables(sandbox), files)


def _variables(sandbox: Sandbox) -> dict[str, str]:
    return {name: value for name, value in sandbox.variables.items() if name not in PROXY_VARIABLES}

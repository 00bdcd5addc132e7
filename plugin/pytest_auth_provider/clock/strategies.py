"""Which means there are to move a client's clock: tried on the client itself, never assumed.

freezegun   a client in this process                       nothing to try
python      a Python program that runs `sitecustomize`     its version command is run, and the shim says it was there
faketime    a program that asks libc for the time          libfaketime is installed, and the loader says it was loaded
tokens      none: only the lifetime of tokens can be chosen
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.clock import faketime
from pytest_auth_provider.clock.offset import OFFSET, can_freeze
from pytest_auth_provider.errors import AdapterError
from pytest_auth_provider.processes.runner import Child

if TYPE_CHECKING:
    from pytest_auth_provider.clients.commands import Commands


Name = Literal["freezegun", "python", "faketime", "tokens"]

PROOF: Final = "AUTH_PROVIDER_TIME_PROOF"
SHIM: Final = Path(__file__).parent / "python_shim"


@dataclass(frozen=True)
class Means:
    """One of them, and why it is not a better one."""

    name: Name
    reason: str = ""

    def variables(self, seconds: float) -> Mapping[str, str]:
        """What commands find in their environment, `seconds` ahead."""
        if self.name == "faketime":
            preload = faketime.library()
            return {} if preload is None else {OFFSET: str(seconds), **faketime.variables(preload, seconds)}
        # A client in this process may start others, which are Python too.
        return {} if self.name == "tokens" else {OFFSET: str(seconds), "PYTHONPATH": str(SHIM)}


_TRIED: dict[tuple[object, ...], Means] = {}


def means_of(commands: Commands) -> Means:
    """The best means for a client, tried once in a process.

    Raises `AdapterError` where the one that the adapter names will not do.
    """
    adapter = commands.adapter
    key = (
        adapter.kind,
        adapter.time,
        adapter.command,
        adapter.root,
        tuple(adapter.env.items()),
        os.environ.get("PATH"),
    )
    if key not in _TRIED:
        _TRIED[key] = _chosen(adapter, commands)
    return _TRIED[key]


def _chosen(adapter: Adapter, commands: Commands) -> Means:
    if adapter.time == "tokens":
        return Means("tokens", 'the adapter says time = "tokens"')
    if adapter.kind == "stdio":
        return _refused_or_tokens(adapter, "a program that runs already keeps its clock")
    if adapter.kind == "python":
        return Means("freezegun") if can_freeze() else _refused_or_tokens(adapter, "freezegun is not installed")
    return _tried(adapter, commands)


def _tried(adapter: Adapter, commands: Commands) -> Means:
    step = _harmless(adapter)
    if step is None:
        return _refused_or_tokens(adapter, "it has no version or help command to try it with")
    reasons = []
    if adapter.time in ("auto", "python"):
        if _loads_shim(commands, step):
            return Means("python")
        reasons.append("it does not run sitecustomize, as a Python program would")
    if adapter.time in ("auto", "faketime"):
        problem = _faketime_problem(commands, step)
        if not problem:
            return Means("faketime")
        reasons.append(problem)
    return _refused_or_tokens(adapter, "; ".join(reasons))


def _refused_or_tokens(adapter: Adapter, reason: str) -> Means:
    if adapter.time != "auto":
        raise AdapterError(f'{adapter.source}: time = "{adapter.time}" does not work for "{adapter.name}": {reason}')
    return Means("tokens", reason)


def _harmless(adapter: Adapter) -> Step | None:
    """A command that changes nothing."""
    if adapter.version:
        return Step(adapter.version)
    steps = adapter.run.get("help")
    return steps[-1] if steps else None


def _loads_shim(commands: Commands, step: Step) -> bool:
    proof = commands.sandbox.root / "time-proof"
    Child(commands.make(step, env={PROOF: str(proof), "PYTHONPATH": str(SHIM)})).wait()
    return proof.exists()


def _faketime_problem(commands: Commands, step: Step) -> str:
    """Why libfaketime will not do; empty where it will."""
    preload = faketime.library()
    if preload is None:
        return "libfaketime is not installed"
    log = commands.sandbox.root / "loader"
    command = commands.make(step, env={"LD_PRELOAD": str(preload), "LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": str(log)})
    problem = faketime.why_not(Path(command.argv[0]))
    if problem:
        return f"libfaketime does not work here: {problem}"
    Child(command).wait()
    logs = log.parent.glob(f"{log.name}.*")
    initialised = any(
        "calling init" in line and str(preload) in line
        for one in logs
        for line in one.read_text("utf-8", "replace").splitlines()
    )
    return "" if initialised else "libfaketime was not loaded"

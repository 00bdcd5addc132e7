"""The strategies that can shift a client's clock: tried on the client itself, never assumed.

freezegun   a client in this process                       nothing to try
python      a Python program that runs `sitecustomize`     its version command is run, and the shim says it was there
faketime    a program that asks libc for the time          libfaketime is installed, and the loader says it was loaded
tokens      the clock cannot be moved: only the lifetime of tokens can be chosen
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.clock import faketime
from pytest_auth_provider.errors import AdapterError
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.runner import ChildProcess

OFFSET: Final = "AUTH_PROVIDER_TIME_OFFSET"
"""The environment variable that holds the offset in seconds, as text."""
OFFSET_FILE: Final = "AUTH_PROVIDER_TIME_OFFSET_FILE"
"""The environment variable that names a file with the offset, for a program whose clock is moved while it runs."""

# The provider lives in this process too, and its clock is moved by itself: seeing the frozen time as well, it would be
# ahead twice as far.
_KEEPS_REAL_TIME = ["fakeprovider"]


def offset_in(variables: Mapping[str, str]) -> float:
    """Return the offset in seconds that an environment carries; 0 where the clock was not moved."""
    return float(variables.get(OFFSET, "0"))


def can_freeze() -> bool:
    """Return whether freezegun is installed."""
    return importlib.util.find_spec("freezegun") is not None


@contextmanager
def shifted_time(seconds: float) -> Iterator[None]:
    """Shift the time of code in this process by `seconds` for a block; it goes on from there. Needs freezegun."""
    if not seconds:
        yield
        return
    from freezegun import freeze_time  # imported late: it looks through every module there is

    shifted = datetime.fromtimestamp(time.time() + seconds, UTC)
    with freeze_time(shifted, tick=True, ignore=_KEEPS_REAL_TIME):
        yield


Name = Literal["freezegun", "python", "faketime", "tokens"]

PROOF: Final = "AUTH_PROVIDER_TIME_PROOF"
SHIM: Final = Path(__file__).parent / "python_shim"


@dataclass(frozen=True)
class ClockStrategy:
    """One strategy by name. For `tokens`, `reason` says why the clock cannot be moved."""

    name: Name
    reason: str = ""

    def variables(self, seconds: float) -> Mapping[str, str]:
        """Return the environment variables that put a command `seconds` ahead."""
        if self.name == "faketime":
            preload = faketime.library()
            return {} if preload is None else {OFFSET: str(seconds), **faketime.variables(preload, seconds)}
        # A client in this process may start others, which are Python too.
        return {} if self.name == "tokens" else {OFFSET: str(seconds), "PYTHONPATH": str(SHIM)}

    def variables_of_file(self, offset: Path) -> Mapping[str, str]:
        """Return the environment variables with which a program reads the offset from a file, again and again."""
        if self.name == "faketime":
            preload = faketime.library()
            return {} if preload is None else faketime.variables_of_file(preload, offset)
        return {OFFSET_FILE: str(offset), "PYTHONPATH": str(SHIM)} if self.name == "python" else {}

    @property
    def moves_file_times(self) -> bool:
        """Whether the client sees the times of files moved as far as its clock, so that a new file is a new one."""
        return self.name in ("python", "faketime")


_CHOSEN: dict[tuple[object, ...], ClockStrategy] = {}


def strategy_for(commands: CommandBuilder) -> ClockStrategy:
    """Return the best strategy that works for a client; it is tried once in the life of this process.

    Raises `AdapterError` where the adapter names a strategy that does not work.
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
    if key not in _CHOSEN:
        _CHOSEN[key] = _choose(adapter, commands)
    return _CHOSEN[key]


def _choose(adapter: Adapter, commands: CommandBuilder) -> ClockStrategy:
    if adapter.time == "tokens":
        return ClockStrategy("tokens", 'the adapter says time = "tokens"')
    if adapter.kind == "python":
        return ClockStrategy("freezegun") if can_freeze() else _tokens_or_error(adapter, "freezegun is not installed")
    return _try_programs(adapter, commands)


def _try_programs(adapter: Adapter, commands: CommandBuilder) -> ClockStrategy:
    step = harmless_step(adapter)
    if step is None:
        return _tokens_or_error(adapter, "it has no version or help command to try it with")
    reasons = []
    if adapter.time in ("auto", "python"):
        if _loads_shim(commands, step):
            return ClockStrategy("python")
        reasons.append("it does not run sitecustomize, as a Python program would")
    if adapter.time in ("auto", "faketime"):
        problem = _faketime_problem(commands, step)
        if not problem:
            return ClockStrategy("faketime")
        reasons.append(problem)
    return _tokens_or_error(adapter, "; ".join(reasons))


def _tokens_or_error(adapter: Adapter, reason: str) -> ClockStrategy:
    if adapter.time != "auto":
        raise AdapterError(f'{adapter.source}: time = "{adapter.time}" does not work for "{adapter.name}": {reason}')
    return ClockStrategy("tokens", reason)


def harmless_step(adapter: Adapter) -> Step | None:
    """Return a step that changes nothing, to try a strategy with: the version command or the help action."""
    if adapter.version:
        return Step(adapter.version)
    steps = adapter.run.get("help")
    return steps[-1] if steps else None


def _loads_shim(commands: CommandBuilder, step: Step) -> bool:
    proof = commands.sandbox.root / "time-proof"
    ChildProcess(commands.build(step, env={PROOF: str(proof), "PYTHONPATH": str(SHIM)})).wait()
    return proof.exists()


def _faketime_problem(commands: CommandBuilder, step: Step) -> str:
    """Return why libfaketime does not work for the client; an empty string where it does."""
    preload = faketime.library()
    if preload is None:
        return "libfaketime is not installed"
    log = commands.sandbox.root / "loader"
    command = commands.build(step, env={"LD_PRELOAD": str(preload), "LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": str(log)})
    problem = faketime.why_not(Path(command.argv[0]))
    if problem:
        return f"libfaketime does not work here: {problem}"
    ChildProcess(command).wait()
    logs = log.parent.glob(f"{log.name}.*")
    initialised = any(
        "calling init" in line and str(preload) in line
        for one in logs
        for line in one.read_text("utf-8", "replace").splitlines()
    )
    return "" if initialised else "libfaketime was not loaded"

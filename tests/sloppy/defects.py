"""Defects: a sloppy client is the reference client with one of its functions replaced.

The sloppy clients of a family stand in `clients/<family>.py`, or by topic in `clients/<family>_<topic>.py`:

    @sloppy("revoke/5xx-is-never-revoked", revocation, "is_confirmed")
    def takes_any_answer_for_revoked(original: object, answer: Answer) -> bool:
        "Every answer of the revocation endpoint is taken for a confirmation."
        return True

The function is called in place of `revocation.is_confirmed`, which it is handed as its first argument.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Any

CLIENTS = Path(__file__).parent / "clients"
"""The directory of our own sloppy clients; a package of contracts brings one like it."""


@dataclass(frozen=True)
class Defect:
    """One function of the reference client replaced by another, which breaks the contract with the id `contract`.

    `owner` is the module or class that has the function `name`. A client that `hangs` declares to end soon. What is in
    `also`, by patterns (`fnmatch`), it cannot keep either, as where its sign-ins fail or one clause has two contracts.
    """

    contract: str
    owner: ModuleType | type
    name: str
    hangs: bool
    also: tuple[str, ...]
    replacement: Callable[..., Any]

    @property
    def client(self) -> str:
        """The name of the sloppy client in a run of pytest, as in `revoke.never-raises`."""
        return self.contract.replace("/", ".", 1)

    @property
    def story(self) -> str:
        """What is wrong with the client, in one sentence."""
        return (self.replacement.__doc__ or "").strip().partition("\n")[0]

    @property
    def replaced(self) -> str:
        """The function that is replaced, as in `reference_client.refresh:poison`."""
        if isinstance(self.owner, ModuleType):
            return f"{self.owner.__name__}:{self.name}"
        return f"{self.owner.__module__}:{self.owner.__qualname__}.{self.name}"

    def may_break(self, contract: str) -> bool:
        """Whether a contract besides its own is one that such a client cannot keep."""
        return any(fnmatch(contract, pattern) for pattern in self.also)

    def apply(self) -> None:
        """Replace the function in this process."""
        original, replacement = getattr(self.owner, self.name), self.replacement

        @functools.wraps(replacement)
        def defective(*arguments: Any, **named: Any) -> Any:
            return replacement(original, *arguments, **named)

        setattr(self.owner, self.name, defective)


def sloppy(
    contract: str, owner: ModuleType | type, name: str, *, hangs: bool = False, also: Sequence[str] = ()
) -> Callable[[Callable[..., Any]], Defect]:
    """Make a function the defect that breaks a contract: it is called in place of the function `name` of `owner`.

    `hangs` says that the client waits for ever: it is made to declare that it ends within seconds. `also` are patterns
    of other contracts that such a client cannot keep either. Raises `AttributeError` where the reference client has no
    such function.
    """
    getattr(owner, name)
    return functools.partial(Defect, contract, owner, name, hangs, tuple(also))


def load_defects(directory: Path = CLIENTS) -> dict[str, Defect]:
    """Return every defect below a directory of sloppy clients, by the id of its contract.

    Raises `ValueError` where two of them break the same contract.
    """
    found: dict[str, Defect] = {}
    for path in sorted(directory.glob("*.py")):
        for defect in _defects_in(path):
            if defect.contract in found:
                raise ValueError(f"{path}: there is another sloppy client for {defect.contract!r}")
            found[defect.contract] = defect
    return found


def load_defect(contract: str, directory: Path = CLIENTS) -> Defect:
    """Return the defect that breaks a contract, from a module of its family. Raises `KeyError` if there is none."""
    family = contract.partition("/")[0]
    paths = sorted([*directory.glob(f"{family}.py"), *directory.glob(f"{family}_*.py")])
    return {defect.contract: defect for path in paths for defect in _defects_in(path)}[contract]


def _defects_in(path: Path) -> Iterator[Defect]:
    spec = importlib.util.spec_from_file_location(f"sloppy_clients_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return (value for value in vars(module).values() if isinstance(value, Defect))

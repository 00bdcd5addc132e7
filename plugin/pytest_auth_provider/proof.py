"""Prove at the end of a run that sign-ins which were put back were not special: sign in for real once more.

A sign-in that began as an earlier one did has to end as that did: the same requests and answers, the same kinds of
secrets, the same files. Where two real ones agree and the earlier one differs from both, nothing is said of the
contracts whose cases began with it. What no two have in common is the client's nature, such as a log file with a new
name each time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import pytest

from pytest_auth_provider.clients.factory import ClientFactory
from pytest_auth_provider.clients.sign_ins import Place, Shape, SignIn
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.preflight import FACTORY

_SHARED: Final = "auth_doubts"
"""The name under which a worker of pytest-xdist tells the controller of its doubts."""
REASON: Final = (
    "It began with the sign-in of another case, put back, and real ones from the same beginning are different, so "
    "nothing is said (--auth-cold signs in for real every time):"
)


@dataclass(frozen=True)
class Doubt:
    """A sign-in that was put back and proved special: `contracts` of the client named `client` began with it."""

    client: str
    contracts: tuple[str, ...]
    reason: str


class ProofPlugin:
    """The plugin that proves the sign-ins of each process as it ends; `found` has the doubts of all of them."""

    def __init__(self) -> None:
        self.found: list[Doubt] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Prove what this process put back, unless it was interrupted."""
        factory = session.config.stash.get(FACTORY, None)
        if factory is None or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        self.found += doubts(factory)
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_SHARED] = [asdict(doubt) for doubt in self.found]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear the doubts of a worker of pytest-xdist."""
        for doubt in getattr(node, "workeroutput", {}).get(_SHARED, ()):
            self.found.append(Doubt(**{**doubt, "contracts": tuple(doubt["contracts"])}))


def doubts(factory: ClientFactory) -> list[Doubt]:
    """Sign in for real once more for each sign-in that cases began with; return those that turned out differently."""
    return [*_doubts(factory)]


def _doubts(factory: ClientFactory) -> Iterator[Doubt]:
    for earlier, later in factory.sign_ins.contradicted:
        yield from _doubt(factory, earlier, later)
    for earlier in factory.sign_ins.relied_upon:
        yield from _doubt(factory, earlier)


def _doubt(factory: ClientFactory, earlier: SignIn, later: SignIn | None = None) -> Iterator[Doubt]:
    """Yield a doubt where an earlier sign-in is not like a `later` real one, nor like another one after that."""
    if earlier.place is None:
        return
    try:
        later = later or _sign_in_again(factory, earlier, earlier.place)
        if later.shape == earlier.shape:
            return
        problem = _difference(earlier.shape, later.shape, _sign_in_again(factory, earlier, earlier.place).shape)
    except ClientError as error:
        problem = f"it failed: {error}"
    if problem:
        contracts = tuple(dict.fromkeys(earlier.cases))
        yield Doubt(earlier.beginning.adapter.name, contracts, f"{REASON} {problem}")


def _sign_in_again(factory: ClientFactory, earlier: SignIn, place: Place) -> SignIn:
    """Sign in for real from the beginning of an earlier sign-in; return what that left behind.

    Raises `ClientError` where the client could not sign in, or left too much behind.
    """
    beginning = earlier.beginning
    shutil.rmtree(beginning.root, ignore_errors=True)
    with factory.provider_for(place.adapter, **place.settings) as provider:
        for name, image in beginning.parts.items():
            provider.parts[name].restore(image)
        provider.api_routes.update(beginning.routes)  # type: ignore[arg-type]  # what was read from another provider
        with factory.client(beginning.adapter, provider, beginning.root) as client:
            client.sandbox.variables |= beginning.variables
            outcome = client.login(expired=earlier.expired or False)
            left = factory.sign_ins.left_behind(beginning, earlier.expired, outcome, client.sandbox, provider)
    if left is None:
        raise ClientError("more was written than can be kept")
    return left


def _difference(earlier: Shape, later: Shape, last: Shape) -> str:
    """Return in what an earlier sign-in differs from two real ones that agree, in words; "" for nothing."""
    differences = []
    for aspect in (field.name for field in fields(Shape)):
        first, second, third = (getattr(shape, aspect) for shape in (earlier, later, last))
        if first != second == third:
            alone = [f"it alone has {', '.join(sorted(first - second))}"] if first - second else []
            missing = [f"it lacks {', '.join(sorted(second - first))}"] if second - first else []
            differences.append(f"{aspect}: {' and '.join([*alone, *missing])}")
    return "; ".join(differences)

"""Scenarios: `@scenario(...)` marks a function as the check of one contract; `Scenario` is that mark, read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn, get_args

import pytest

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter
    from pytest_auth_provider.profile import Profile

    class _Skipped(Exception):  # noqa: N818 - stands for what pytest does not let type checkers see
        pass

else:
    _Skipped = pytest.skip.Exception

Level = Literal["MUST", "SHOULD", "MAY"]
LEVELS: tuple[Level, ...] = get_args(Level)
Origin = Literal[
    "codecarbon's offline fallback",
    "codex's refresh storm",
    "fctl's token cache",
    "OSA's device flow",
    "spec-kitty's sign-out",
]
"""The stories that the first contracts came from; docs/origins.md tells each."""
ORIGINS: tuple[Origin, ...] = get_args(Origin)
NOT_FOR_US = "not for us"
"""How the reason begins where an adapter says that a contract is not meant for its client."""
IN_OUR_WORDS = "In our words: "
"""What parts a requirement: everything before it is quoted word for word, everything behind it is our own reading."""
MARK = "auth_scenario"
"""The name of the pytest marker that `@scenario(...)` applies."""


@dataclass(frozen=True)
class Scenario:
    """One contract: its id, what it promises, where it is written and what a client needs for it to apply.

    `id` is the family and the name of the function, as in `revoke/5xx-is-never-revoked`. `title` is the first line of
    the function's docstring.

    `source` names the clauses, with `;` between several. `requirement` quotes them word for word: `[...]` stands for
    what is left out, other brackets hold what is put in. What nobody has written like this is our own reading, and
    stands behind `In our words:`, after the quotes or without any.

    `level` is MUST where a specification says so, or where the contract applies only to clients that declare the policy
    it is about. A project's own document, or custom alone, makes a SHOULD. `promised_by` maps policies to the side that
    makes a MUST of it, or to "" for whatever is declared: who declares that has promised to keep the contract.

    `harm` says in one sentence what a user of the client suffers when the contract is broken. `origin` is one of
    `ORIGINS`, or empty for a contract that stands on its clause alone. `needs` are actions of the adapter besides
    `login`; `policy` maps a policy to the side a client must be on. `provider` are settings of the provider, by name.
    `profile` maps observations to the value that a client must have been seen with, as in `{"sign_in": "device"}`.
    `signs_in` says that the login itself is judged, or the time since: it is done for real in every case.
    """

    id: str
    title: str
    source: str
    requirement: str
    level: Level = "MUST"
    origin: Origin | Literal[""] = ""
    needs: frozenset[str] = frozenset()
    policy: Mapping[str, str] = field(default_factory=dict)
    provider: Mapping[str, object] = field(default_factory=dict)
    harm: str = ""
    promised_by: Mapping[str, str] = field(default_factory=dict)
    profile: Mapping[str, str] = field(default_factory=dict)
    signs_in: bool = False

    @property
    def quotes(self) -> tuple[str, ...]:
        """What the requirement quotes, cut where something was left out; empty where all of it is our own reading."""
        quoted = self.requirement.partition(IN_OUR_WORDS)[0]
        return tuple(part for part in (part.strip() for part in quoted.split("[...]")) if part)

    def for_client(self, adapter: Adapter) -> Scenario:
        """Return the contract as it stands for the adapter's client: a MUST where the client promises to keep it."""
        sides = ((side, adapter.policies.get(policy, "")) for policy, side in self.promised_by.items())
        is_promised = self.id in adapter.promises or any(
            declared and side in ("", declared) for side, declared in sides
        )
        return replace(self, level="MUST") if is_promised else self

    @property
    def family(self) -> str:
        """The first part of the id, as in `revoke`."""
        return self.id.partition("/")[0]

    @property
    def seed(self) -> NoReturn:
        """The former name of `origin`; reading it raises `AttributeError`."""
        raise AttributeError("Scenario.seed is now Scenario.origin")


class NotApplicable(_Skipped):
    """The contract asks for something this client does not offer, and need not; the message says what."""


class NotForUs(NotApplicable):
    """The adapter says that the contract is not meant for its client; `declared` is the reason it gives."""

    def __init__(self, declared: str) -> None:
        super().__init__(f"{NOT_FOR_US}: {declared}")
        self.declared = declared


def scenario(
    source: str,
    requirement: str,
    *,
    level: Level = "MUST",
    origin: Origin | Literal[""] = "",
    needs: Iterable[str] = (),
    policy: Mapping[str, str] | None = None,
    provider: Mapping[str, object] | None = None,
    harm: str = "",
    promised_by: Mapping[str, str] | None = None,
    profile: Mapping[str, str] | None = None,
    signs_in: bool = False,
    seed: None = None,
) -> pytest.MarkDecorator:
    """Mark a test function as the check of one contract.

    `source` is the clause (`RFC 7009 2.2.1`). `requirement` quotes it word for word, with `[...]` for what is left out;
    what is our own reading stands behind `In our words:`. `harm` is one sentence on what a user of the client suffers
    when the contract is broken. `level` is MUST where a specification says so, else SHOULD or MAY; for clients that
    declare a side of `promised_by` ("" for whatever is declared), a SHOULD is a MUST.

    `origin` is the story in docs/origins.md that the contract came from, if any. `needs` are the actions a client must
    offer besides `login`, `policy` the sides it must be on; otherwise the contract does not apply. `provider` are
    settings of the provider for this contract. `profile` says what a client must have been seen to do, as in
    `{"sign_in": "device"}`: the contract does not apply to one that was seen to do something else. With `signs_in` the
    login is done for real in every case, because it is judged itself, or the time since; otherwise `client.login()`
    may put an earlier sign-in back. `seed` is the former name of `origin` and always refused.

    Raises `ValueError` for a level, an origin or an observation that does not exist, and for `seed`.
    """
    if level not in LEVELS:
        raise ValueError(f"scenario level {level!r} is not one of {', '.join(LEVELS)}")
    if seed is not None:
        raise ValueError(f"scenario(seed=...) is now origin=..., one of {_ORIGIN_NAMES}, or left out")
    if origin and origin not in ORIGINS:
        raise ValueError(f"scenario origin {origin!r} is not one of {_ORIGIN_NAMES}; leave it out where none applies")
    if profile:
        from pytest_auth_provider.profile import check_asked  # imported late: every pytest run imports this module

        check_asked(profile)
    facts = {
        "source": source,
        "requirement": requirement,
        "level": level,
        "origin": origin,
        "needs": frozenset(needs),
        "policy": dict(policy or {}),
        "provider": dict(provider or {}),
        "harm": harm,
        "promised_by": dict(promised_by or {}),
        "profile": dict(profile or {}),
        "signs_in": signs_in,
    }
    mark: pytest.MarkDecorator = getattr(pytest.mark, MARK)(**facts)
    return mark


_ORIGIN_NAMES = ", ".join(f'"{origin}"' for origin in ORIGINS)


def scenario_of_item(item: pytest.Item) -> Scenario | None:
    """Return the contract that an item checks, or None for any other test."""
    mark = item.get_closest_marker(MARK)
    function = getattr(item, "function", None)
    return None if mark is None or function is None else _scenario(item.path, function, mark.kwargs)


def variant_of(item: pytest.Item) -> str:
    """Return the id of a parametrized variant, without the name of the client that every id starts with."""
    callspec = getattr(item, "callspec", None)
    client = str(callspec.params.get("auth_client_name", "")) if callspec else ""
    return str(callspec.id).removeprefix(client).removeprefix("-") if callspec else ""


def scenario_of_function(path: Path, function: Callable[..., object]) -> Scenario | None:
    """Return the contract that a test function of the file `path` checks, or None for any other function."""
    marks: list[pytest.Mark] = getattr(function, "pytestmark", [])
    mark = next((mark for mark in marks if mark.name == MARK), None)
    return None if mark is None else _scenario(path, function, mark.kwargs)


def contract_id(path: Path, function: str) -> str:
    """Return the id of the contract that `function` of the file `path` checks: `<family>/<function without test_>`.

    The family is the directory of the file, whatever the file is called.
    """
    return f"{path.parent.name}/{function.removeprefix('test_').replace('_', '-')}"


def refuse_if_not_for_us(scenario: Scenario, adapter: Adapter) -> None:
    """Raise `NotForUs` where the adapter says that the contract is not meant for its client."""
    if scenario.id in adapter.not_for_us:
        raise NotForUs(adapter.not_for_us[scenario.id])


def why_not(scenario: Scenario, adapter: Adapter, profile: Profile | None = None) -> str:
    """Return why `scenario` does not apply to the adapter's client, or an empty string where it does.

    Without a `profile`, what the adapter declares is all that counts.
    """
    from pytest_auth_provider.profile import Profile, why_not_declared, why_not_seen

    known = profile or Profile(adapter.name)
    missing = sorted(({"login"} | scenario.needs) - adapter.run.keys())
    if missing:
        actions = ", ".join(f"`{action}`" for action in missing)
        return f"{adapter.name} has no {actions} ({adapter.source})"
    return why_not_declared(scenario.policy, adapter, known) or why_not_seen(scenario.profile, known)


def _scenario(path: Path, function: Callable[..., object], facts: Mapping[str, Any]) -> Scenario:
    contract = contract_id(path, function.__name__)
    title = (function.__doc__ or contract).strip().partition("\n")[0]
    return Scenario(id=contract, title=title, **facts)

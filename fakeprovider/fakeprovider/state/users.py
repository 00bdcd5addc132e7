"""The people who can sign in: one to begin with, more by a seeded Faker."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from fakeprovider.errors import choose

if TYPE_CHECKING:
    from faker import Faker


@dataclass(frozen=True)
class Person:
    """Somebody with an account at the provider; the fields are OIDC standard claims (OIDC Core 5.1)."""

    sub: str
    name: str
    email: str
    preferred_username: str
    extra: Mapping[str, object] = field(default_factory=dict)

    def claims(self) -> dict[str, object]:
        """Return the claims the userinfo endpoint and an id token tell about this person."""
        return {
            "sub": self.sub,
            "name": self.name,
            "email": self.email,
            "email_verified": True,
            "preferred_username": self.preferred_username,
            **self.extra,
        }


FIRST = Person("user-1", "Ada Lovelace", "ada@example.test", "ada")
"""The person who signs in unless a test says otherwise."""


class People:
    """The accounts of one provider, the same ones in every run."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._faker: Faker | None = None
        self._people = {FIRST.sub: FIRST}

    def __getitem__(self, sub: str) -> Person:
        return self._people[sub]

    def __contains__(self, sub: object) -> bool:
        return sub in self._people

    def get(self, sub: str, default: Person) -> Person:
        """Return the person with that `sub`, or `default` where there is none."""
        return self._people.get(sub, default)

    def __len__(self) -> int:
        return len(self._people)

    def __iter__(self) -> Iterator[Person]:
        return iter(tuple(self._people.values()))

    def find(self, hint: str) -> Person | None:
        """Return the person whose subject, email or user name is `hint` (OIDC Core 3.1.2.1), None for nobody."""
        return next((one for one in self if hint in (one.sub, one.email, one.preferred_username)), None)

    def add(self, person: Person) -> Person:
        """Give `person` an account, in place of one with the same `sub`."""
        self._people[person.sub] = person
        return person

    def new(self, /, **claims: object) -> Person:
        """Return a further person, invented by a seeded Faker; `claims` override or add to what was invented."""
        faker = self._invent()
        given = {
            "sub": f"user-{len(self._people) + 1}",
            "name": faker.name(),
            "email": faker.unique.safe_email(),
            "preferred_username": faker.unique.user_name(),
        }
        own = {name: str(claims.pop(name, value)) for name, value in given.items()}
        person = Person(own["sub"], own["name"], own["email"], own["preferred_username"], claims)
        return self.add(person)

    def forget(self) -> None:
        """Delete all accounts; `new` then invents the same people again, from the first one on."""
        self._people.clear()
        self._faker = None

    def _invent(self) -> Faker:
        if self._faker is None:
            # Faker takes longer to import than a provider takes to start.
            from faker import Faker as MakeFaker

            self._faker = MakeFaker("en_US")
            self._faker.seed_instance(self._seed)
        return self._faker


Decision = Literal["approve", "deny", "ignore"]

STEPS: Final = ("pending", "slow_down", "approve", "deny", "expire")
"""The steps a script may hold, one for each poll of a device client."""


class User:
    """The person at the browser: approves or denies at once, for every client, until told otherwise.

    `person` is who signs in. A script overrides the decision for the polls of device clients, one step a poll; when
    it has run out, the decision holds again.
    """

    def __init__(self) -> None:
        self.person: Person = FIRST
        self.decision: Decision = "approve"
        self._script: deque[str] = deque()
        self._lock = threading.Lock()

    def approves(self, person: Person | None = None) -> None:
        """Approve every request from now on, as `person` if one is given."""
        self._decide("approve")
        self.person = person or self.person

    def denies(self) -> None:
        """Deny every request from now on."""
        self._decide("deny")

    def ignores(self) -> None:
        """Do nothing from now on: codes stay pending until they expire or somebody types them."""
        self._decide("ignore")

    def script(self, *steps: str) -> None:
        """Answer the next polls of device clients step by step.

        Steps: `pending`, `slow_down`, `approve`, `deny`, `expire`. Raises `SettingError` for any other.
        """
        checked = [choose("step of provider.user.script()", step, STEPS) for step in steps]
        with self._lock:
            self._script = deque(checked)

    def next_step(self) -> str:
        """Remove the next step from the script and return it; an empty string where there is none left."""
        with self._lock:
            return self._script.popleft() if self._script else ""

    @property
    def steps(self) -> tuple[str, ...]:
        """What is left of the script."""
        with self._lock:
            return tuple(self._script)

    def _decide(self, decision: Decision) -> None:
        with self._lock:
            self.decision = decision
            self._script.clear()

"""The people who can sign in: one to begin with, more by a seeded Faker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
        """The claims the userinfo endpoint and an id token tell about this person."""
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
        """The person with that `sub`, or `default` where there is none."""
        return self._people.get(sub, default)

    def __len__(self) -> int:
        return len(self._people)

    def __iter__(self) -> Iterator[Person]:
        return iter(tuple(self._people.values()))

    def find(self, hint: str) -> Person | None:
        """The person whose subject, email or user name is `hint` (OIDC Core 3.1.2.1, `login_hint`), if there is one."""
        return next((one for one in self if hint in (one.sub, one.email, one.preferred_username)), None)

    def add(self, person: Person) -> Person:
        """Give `person` an account, in place of one with the same `sub`."""
        self._people[person.sub] = person
        return person

    def new(self, **claims: object) -> Person:
        """A further person, invented by a seeded Faker; `claims` override or add to what was invented."""
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
        """Let go of all accounts, and invent the same people again."""
        self._people.clear()
        self._faker = None

    def _invent(self) -> Faker:
        if self._faker is None:
            # Faker takes longer to import than a provider takes to start.
            from faker import Faker as MakeFaker

            self._faker = MakeFaker("en_US")
            self._faker.seed_instance(self._seed)
        return self._faker

"""The people who can sign in: one to begin with, more by a seeded Faker."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

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
    """The accounts of one provider, the same ones in every run.

    They are changed within `turn` (`fakeprovider.state.backend`).
    """

    def __init__(self, seed: int, turn: AbstractContextManager[object] | None = None) -> None:
        self._turn = turn or threading.RLock()
        self._seed = seed
        self._faker: Faker | None = None
        self._drawn = 0  # by the Faker of this process
        self._invented = 0  # by all who share these accounts
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
        with self._turn:
            self._people[person.sub] = person
        return person

    def new(self, /, **claims: object) -> Person:
        """Return a further person, invented by a seeded Faker; `claims` override or add to what was invented."""
        with self._turn:
            given = {"sub": f"user-{len(self._people) + 1}", **self._invent()}
            own = {name: str(claims.pop(name, value)) for name, value in given.items()}
            person = Person(own["sub"], own["name"], own["email"], own["preferred_username"], claims)
            return self.add(person)

    def forget(self) -> None:
        """Delete all accounts; `new` then invents the same people again, from the first one on."""
        self._people.clear()
        self._faker = None
        self._drawn = self._invented = 0

    def image(self) -> dict[str, object]:
        """Return every account, and how many were invented, as a JSON object, for processes that share them."""
        return {"accounts": [asdict(person) for person in self], "invented": self._invented}

    def restore(self, image: Mapping[str, Any]) -> None:
        """Have the accounts of `image`, and no others."""
        self._people = {one["sub"]: Person(**one) for one in image["accounts"]}
        self._invented = image["invented"]
        if self._drawn > self._invented:
            self._faker, self._drawn = None, 0

    def _invent(self) -> dict[str, str]:
        """Return the claims of somebody whom nobody invented before."""
        while True:
            drawn = self._draw()
            if self._drawn > self._invented:
                self._invented = self._drawn
                return drawn

    def _draw(self) -> dict[str, str]:
        if self._faker is None:
            # Faker takes longer to import than a provider takes to start.
            from faker import Faker as MakeFaker

            self._faker = MakeFaker("en_US")
            self._faker.seed_instance(self._seed)
        self._drawn += 1
        return {
            "name": self._faker.name(),
            "email": self._faker.unique.safe_email(),
            "preferred_username": self._faker.unique.user_name(),
        }


Decision = Literal["approve", "deny", "ignore"]

STEPS: Final = ("pending", "slow_down", "approve", "deny", "expire")
"""The steps a script may hold, one for each poll of a device client."""


class User:
    """The person at the browser: approves or denies at once, for every client, until told otherwise.

    `person` is who signs in. A script overrides the decision for the polls of device clients, one step a poll; when
    it has run out, the decision holds again. All of it changes within `turn` (`fakeprovider.state.backend`).
    """

    def __init__(self, turn: AbstractContextManager[object] | None = None) -> None:
        self.person: Person = FIRST
        self.decision: Decision = "approve"
        self._script: deque[str] = deque()
        self._turn = turn or threading.RLock()
        self._lock = threading.Lock()  # held for a moment, also by whoever has no turn

    def approves(self, person: Person | None = None) -> None:
        """Approve every request from now on, as `person` if one is given."""
        with self._turn:
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
        with self._turn, self._lock:
            self._script = deque(checked)

    def next_step(self) -> str:
        """Remove the next step from the script and return it; an empty string where there is none left."""
        with self._turn, self._lock:
            return self._script.popleft() if self._script else ""

    @property
    def steps(self) -> tuple[str, ...]:
        """What is left of the script."""
        with self._lock:
            return tuple(self._script)

    def image(self) -> dict[str, object]:
        """Return who signs in, what they decide and what is left of the script, for processes that share them."""
        return {"person": asdict(self.person), "decision": self.decision, "steps": list(self.steps)}

    def restore(self, image: Mapping[str, Any]) -> None:
        """Go on as `image` says."""
        with self._lock:
            self.person, self.decision = Person(**image["person"]), image["decision"]
            self._script = deque(image["steps"])

    def _decide(self, decision: Decision) -> None:
        with self._turn, self._lock:
            self.decision = decision
            self._script.clear()

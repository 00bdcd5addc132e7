"""The text of a first adapter file: what was seen, with the evidence as comments, and what to write next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import cast

import tomlkit
from tomlkit.items import InlineTable, Item, Table

from pytest_auth_provider.cli.sighting import Sighting
from pytest_auth_provider.learning.commands import Found
from pytest_auth_provider.learning.repairs import Repair
from pytest_auth_provider.learning.situations import Heard
from pytest_auth_provider.learning.words import Guess
from pytest_auth_provider.outcome.outcome import Outcome
from pytest_auth_provider.printable import in_one_line

SCHEMA_FILE = "auth-provider.schema.json"
"""The file beside the adapter file from which editors know its keys."""
LONGEST_LINE = 100
"""Characters of a line of output that are shown."""
NEXT_ACTIONS = {
    "use": "one call of the API with the token",
    "status": "who is signed in, told offline",
    "token": "the access token, printed for other programs",
    "logout": "sign out",
}
"""Actions to write next -> what each one does."""
TABLES = ("env", "files", "hosts", "paths", "provider")
"""Keys of an adapter that are tables of their own, in the order in which they are written."""


@dataclass(frozen=True)
class Draft:
    """What is known of a client, and how it is known.

    `table` is the adapter as TOML has it. `commands` are the actions that were found, `repairs` what had to be changed
    before it signed in, `heard` what it did in situations that were made for it, `guesses` the words that it has for
    them. `clean` makes a line of its output fit to be written down.
    """

    name: str
    table: Mapping[str, object]
    sighting: Sighting
    commands: Mapping[str, Found] = field(default_factory=dict)
    repairs: Sequence[Repair] = ()
    heard: Sequence[Heard] = ()
    guesses: Sequence[Guess] = ()
    clean: Callable[[str], str] = str

    def text(self) -> str:
        """Return the file."""
        client = tomlkit.table()
        self._describe(client)
        for key in TABLES:
            if key in self.table:
                client.add(key, self._plain_table(key))
        client.add("run", self._run())
        client.add("says", self._says())
        document = tomlkit.document()
        _comment(document, f"How pytest-auth-provider drives {self.name}. First written by `auth-provider init`.")
        _comment(document, f"Check it with: pytest --auth-provider --auth-client {self.name}")
        document.add("clients", tomlkit.table(is_super_table=True).add(self.name, client))
        return f"#:schema ./{SCHEMA_FILE}\n{tomlkit.dumps(document)}"  # read by taplo, and editors that are built on it

    def _describe(self, client: Table) -> None:
        """Write the keys that are no tables, and what is known of where its session lies."""
        reasons = {repair.key: repair.why for repair in self.repairs}
        reasons |= {key: f"it printed: {found.seen}" for key, found in self.commands.items()}
        reasons["timeout"] = f"its login took {self.sighting.outcome.seconds:.0f} s"
        reasons |= {"client_id": "as its login sends it", "ports": "its browser came back to the same port each time"}
        reasons["credentials"] = "its login writes it, its logout takes it away; no token can be read in it"
        for key, value in self.table.items():
            if not isinstance(value, dict):
                client.add(key, self._explained(value, reasons.get(key, "")))
        if "version" not in self.table:
            _comment(client, 'version = ["--version"]')
        self._stores(client)
        client.add(tomlkit.nl())

    def _stores(self, client: Table) -> None:
        for path, mode in self.sighting.stores:
            _comment(client, f"Tokens were found in {path} (mode {mode:04o}); files that show them need not be named.")
        if self.sighting.stores or "credentials" in self.table:
            return
        example = self.sighting.written[0] if self.sighting.written else ".config/tool/session"
        _comment(client, f'No file showed a token. If it encrypts them, name the file: credentials = ["{example}"]')

    def _plain_table(self, key: str) -> Table:
        """Write a table of texts and settings, under the reason why it is there."""
        table = tomlkit.table()
        for repair in self.repairs:
            if repair.key == key:
                _comment(table, self.clean(repair.why))
        values = self.table.get(key)
        for name, value in values.items() if isinstance(values, dict) else ():
            table.add(name, value)
        return table.add(tomlkit.nl())

    def _run(self) -> Table:
        run = tomlkit.table()
        _comment(run, f"It asked for: {', '.join(self.sighting.endpoints)}")
        actions = self.table["run"]
        assert isinstance(actions, dict)
        for action, steps in actions.items():
            found = self.commands.get(action)
            run.add(action, self._explained(steps, f"it {found.seen}" if found and action in NEXT_ACTIONS else ""))
        for action, meaning in NEXT_ACTIONS.items():
            if action not in actions:
                _comment(run, f'{action} = "..."    # {meaning}')
        return run.add(tomlkit.nl())

    def _says(self) -> Table:
        """Write the words that were guessed, below what was printed in each situation and how it was understood."""
        says = tomlkit.table()
        _comment(says, "What it printed, and what that is understood as without a word here:")
        for line in self.transcript():
            _comment(says, line)
        for guess in self.guesses:
            printed = f"{guess.situation}: {self._short(guess.line)}"
            if guess.certain:
                says.add(guess.saying, self._explained(_pattern(guess.pattern), printed))
            else:
                entry = tomlkit.table().add(guess.saying, _pattern(guess.pattern)).as_string().strip()
                _comment(says, f"{entry}    # if these words say so: {printed}")
        if not self.guesses:
            _comment(
                says, f"sign_in_again = 'run {self.name} login'    # a regular expression, where words are unusual"
            )
        return says

    def transcript(self) -> Iterator[str]:
        """Yield for each situation what it was, the last line the client printed, and what that was understood as."""
        login = self.sighting.outcome
        name = "signed in" if self.sighting.signed_in else "login"
        yield from self._told(name, login, ("signed_in",) if login.says("signed_in") else ())
        for one in self.heard:
            if one.outcome is None:
                yield f"{one.situation.name}: could not be made; {self._short(one.problem)}"
            else:
                yield from self._told(one.situation.name, one.outcome, one.understood)

    def _told(self, name: str, outcome: Outcome, understood: Sequence[str]) -> Iterator[str]:
        lines = [line for line in chain(outcome.stdout.splitlines(), outcome.stderr.splitlines()) if line.strip()]
        yield f"{name}: {', '.join(understood) or '-'}"
        yield from (f"  | {self._short(line)}" for line in lines[-2:])

    def _explained(self, value: object, why: str) -> Item:
        item: Item = tomlkit.inline_table() if isinstance(value, dict) else tomlkit.item(value)
        if isinstance(value, dict):
            cast("InlineTable", item).update(value)
        return item.comment(_one_line(self._short(why))) if why else item

    def _short(self, text: str) -> str:
        flat = in_one_line(self.clean(text).strip())
        return flat if len(flat) <= LONGEST_LINE else f"{flat[:LONGEST_LINE]}..."


def _pattern(pattern: str) -> Item:
    """Return a regular expression as TOML has it: in single quotes, which keep backslashes, where it has none."""
    return tomlkit.string(pattern, literal="'" not in pattern)


def _comment(place: Table | tomlkit.TOMLDocument, text: str) -> None:
    place.add(tomlkit.comment(_one_line(text)))


def _one_line(text: str) -> str:
    # A comment ends with its line, and a control character would make the file no TOML.
    return "".join(letter for letter in text if letter.isprintable())

"""The page: from rows to one HTML document that holds everything it needs.

Its policy lets nothing in from elsewhere, and runs no script and applies no style but its own, known by their hashes.
All foreign text goes through templates that escape it. Without JavaScript everything is there but the filters.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.forms.html.contracts import Entry
from pytest_auth_provider.report.forms.html.marks import MARKS, Mark, counts
from pytest_auth_provider.report.forms.html.matrix import matrix
from pytest_auth_provider.report.forms.html.review import Reviewed, review
from pytest_auth_provider.report.profiles import learned, quiet_commands
from pytest_auth_provider.report.rows import Row, all_notes, times
from pytest_auth_provider.verdict import Verdict

if TYPE_CHECKING:
    from jinja2 import Environment

_ORDER: Final = list(Verdict)
"""The verdicts, the worst first: the order in which a page tells them."""


@dataclass(frozen=True)
class Client:
    """One client of the run with the verdicts on it, and what was learned of it."""

    name: str
    version: str
    profile: Profile
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """Its name, with its version where that is known."""
        return " ".join(filter(None, (self.name, self.version)))

    @property
    def counts(self) -> list[tuple[Mark, int]]:
        """How many contracts ended how, the worst first."""
        return counts(entry.row for entry in self.entries)

    @property
    def times(self) -> str:
        """A sentence on how long its checks took."""
        return times([entry.row for entry in self.entries])

    @property
    def unkept(self) -> list[Entry]:
        """What it did not keep, or what nothing is known of, the worst first."""
        return [entry for entry in self.entries if entry.is_unkept]

    @property
    def failed(self) -> list[Entry]:
        """What made the run fail, the worst first."""
        return [entry for entry in self.entries if entry.row.verdict.fails]

    def ended(self, verdict: str) -> list[Entry]:
        """Return its contracts with this verdict."""
        return [entry for entry in self.entries if entry.row.verdict == verdict]

    @cached_property
    def review(self) -> list[Reviewed]:
        """What it did while its provider could not be reached."""
        return review(self.entries)

    @property
    def learned(self) -> list[tuple[str, str, str]]:
        """What was learned of it: how it is called, its value, and what was seen."""
        return learned(self.profile)

    @property
    def quiet_commands(self) -> str:
        """How long its commands took when nothing was wrong."""
        return quiet_commands(self.profile)

    @property
    def notes(self) -> list[str]:
        """What was seen meanwhile that accuses nobody."""
        return all_notes(entry.row for entry in self.entries)


def render_html(
    rows: Sequence[Row], date: str, version: str, notices: Sequence[str] = (), profiles: Sequence[Profile] = ()
) -> str:
    """Return the report of one run; `date`, `version` (of pytest-auth-provider) and `notices` go to the head."""
    clients = _clients(rows, profiles)
    entries = [entry for client in clients for entry in client.entries]
    style, script = _own("page.css"), _own("page.js")
    return (
        _environment()
        .get_template("page.html")
        .render(
            clients=clients,
            families=matrix(entries, [client.name for client in clients]),
            marks=list(MARKS.values()),
            counts=counts(rows),
            levels=sorted({row.level for row in rows}),
            total=len(rows),
            date=in_one_line(date),
            version=in_one_line(version),
            notices=list(map(printable, notices)),
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )


def _clients(rows: Iterable[Row], profiles: Iterable[Profile]) -> list[Client]:
    """Return the clients of a run, also those that could not be checked at all."""
    of_clients: dict[str, list[Row]] = {}
    for row in rows:
        of_clients.setdefault(row.client, []).append(row)
    known = {profile.client: profile for profile in profiles}
    names = dict.fromkeys([*of_clients, *known])
    return [_client(name, of_clients.get(name, []), known.get(name, Profile(name))) for name in names]


def _client(name: str, rows: list[Row], profile: Profile) -> Client:
    version = next((row.version for row in rows if row.version), profile.version)
    told = sorted(rows, key=lambda row: (_ORDER.index(row.verdict), row.contract))
    return Client(name, version, profile, tuple(map(Entry, told)))


def _policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy of the page: nothing from elsewhere, nothing within but what is our own."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


@functools.cache
def _own(name: str) -> str:
    """Return a file of `static`, which is ours: it goes into the page as it is."""
    return (files(__package__) / "static" / name).read_text(encoding="utf-8")


@functools.cache
def _environment() -> Environment:
    """Return the environment of the templates, which escapes everything and refuses names it was not given."""
    # Most runs write no page, so jinja2 is imported when the first one is asked for.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

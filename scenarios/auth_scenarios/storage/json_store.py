"""A store that is JSON, as one that looks into it sees it: for contracts about the members of a stored session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auth_scenarios.stored import stored_credentials
from auth_scenarios.verify import applies_only
from pytest_auth_provider import Client
from pytest_auth_provider.scenario import NotApplicable


@dataclass(frozen=True)
class JsonStore:
    """The credential file at `path`, whose JSON is `document`; `entries` are the objects in it that hold a token.

    `access` and `refresh` are the names of the members with the tokens; "" for one that is not there.
    """

    path: Path
    document: dict[str, Any]
    entries: tuple[dict[str, Any], ...]
    access: str
    refresh: str

    def save(self) -> None:
        """Write the document back as it is now, in place, as an editor would."""
        self.path.write_text(json.dumps(self.document), encoding="utf-8")


def json_store(client: Client) -> JsonStore:
    """Return the store of a client. The contract does not apply where it is not one file with a JSON object."""
    files = stored_credentials(client)
    applies_only(len(files) == 1, f"{client.name} keeps its session in {len(files)} files")
    path = files[0].path
    document = read_object(path)
    if document is None:
        raise NotApplicable(f"{client.name} keeps its session in a file that is not a JSON object")
    kinds = {secret.value: secret.kind for secret in files[0].secrets}
    entries = tuple(entry for entry in _objects(document) if any(_known(value, kinds) for value in entry.values()))
    applies_only(bool(entries), f"no object of {path.name} holds a token as it was issued")
    names = {kinds[value]: name for entry in entries for name, value in entry.items() if _known(value, kinds)}
    return JsonStore(path, document, entries, names.get("access_token", ""), names.get("refresh_token", ""))


def read_object(path: Path) -> dict[str, Any] | None:
    """Return the JSON object in a file; None where it holds something else."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def _known(value: object, kinds: dict[str, str]) -> bool:
    return isinstance(value, str) and value in kinds


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object in a JSON value, the outermost first."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(part)

"""Find the files in which a client keeps its credentials, by issued secrets in every spelling that shows them."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import quote, quote_plus

from pytest_auth_provider.clients.contents import content_of
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.outcome.files import file_state, mode_bits, read_start

SHORTEST = 8
"""Secrets with fewer characters are not searched for: they would turn up by chance."""


class IssuedSecret(Protocol):
    """A secret that the provider issued, as it remembers it."""

    @property
    def kind(self) -> str:
        """What the secret is in the protocol, as in `refresh_token`."""

    @property
    def value(self) -> str:
        """The secret itself."""


AnySecret = TypeVar("AnySecret", bound=IssuedSecret)


@lru_cache(maxsize=4096)
def spellings(value: str) -> tuple[bytes, ...]:
    """List every byte string that gives `value` away, the plain one first."""
    plain = value.encode()
    in_urls = [quote(value).encode(), quote(value, safe="").encode(), quote_plus(value).encode()]
    as_json = [json.dumps(value, ensure_ascii=pure)[1:-1].encode() for pure in (True, False)]
    escaped = [spelling.replace(b"/", rb"\/") for spelling in as_json]
    return tuple(dict.fromkeys([plain, *in_urls, *as_json, *escaped, *_base64_cores(plain)]))


def _base64_cores(plain: bytes) -> list[bytes]:
    """List what base64 makes of `plain` wherever it starts inside longer data, as in `client:secret`.

    Base64 works on groups of three bytes, so there are three possible alignments; the characters at both ends also
    depend on the neighbours and are cut off.
    """
    cores = []
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + plain)
        first = (0, 2, 3)[shift]
        last = len(whole) - (0, 4, 4)[len(bytes(shift) + plain) % 3]
        core = whole[first:last]
        cores += [core, core.replace(b"+", b"-").replace(b"/", b"_")]
    return cores


def find_secrets(data: bytes, secrets: Iterable[AnySecret]) -> list[tuple[AnySecret, bytes]]:
    """Return the secrets that `data` gives away, each with the spelling it was found in."""
    found: list[tuple[AnySecret, bytes]] = []
    if len(data) < SHORTEST:
        return found
    for secret in secrets:
        if len(secret.value) < SHORTEST:
            continue
        spelling = next((known for known in spellings(secret.value) if known in data), None)
        if spelling is not None:
            found.append((secret, spelling))
    return found


CREDENTIAL_KINDS = frozenset({"access_token", "refresh_token"})
"""Kinds of secret that make a file a credential file."""

_EMPTY = (b"", b"{}", b"[]", b"null")


@dataclass(frozen=True)
class CredentialFile:
    """A file with credentials: the secrets found in it, its permission bits and those of its directory.

    `declared` is true for a file that the adapter names: it counts even where no secret shows in it (encrypted stores).
    `sha256` is that of its bytes.
    """

    path: Path
    mode: int
    directory_mode: int
    secrets: tuple[IssuedSecret, ...]
    declared: bool = False
    sha256: str = ""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of the secrets in the file, as in `refresh_token`."""
        return frozenset(secret.kind for secret in self.secrets)

    @property
    def values(self) -> frozenset[str]:
        """The secrets in the file."""
        return frozenset(secret.value for secret in self.secrets)


def find_credentials(
    sandbox: Sandbox,
    secrets: Iterable[IssuedSecret],
    declared: Collection[Path] = (),
    revealed: bytes | None = None,
) -> list[CredentialFile]:
    """List the credential files in the sandbox, in the order of their paths.

    Only files written since the sandbox was made are read, plus the `declared` ones. A declared file with nothing in
    it (empty, `{}`, `[]`, `null`) is not one. `revealed` is what the declared files hold in the clear, where that is
    known: then they count for what it shows.
    """
    wanted = [secret for secret in secrets if secret.kind in CREDENTIAL_KINDS]
    found = []
    for path, status in sandbox.touched_files():
        named = path in declared and read_start(path).strip() not in _EMPTY
        content = content_of(path) + (revealed or b"" if named else b"")
        secrets_in_it = tuple(secret for secret, _spelling in find_secrets(content, wanted))
        if secrets_in_it or (named and revealed is None):
            found.append(_credential_file(path, status, secrets_in_it, declared=named))
    return found


def _credential_file(
    path: Path, status: os.stat_result, secrets: tuple[IssuedSecret, ...], *, declared: bool
) -> CredentialFile:
    directory_mode, sha256 = mode_bits(path.parent.stat()), file_state(path, status).sha256
    return CredentialFile(path, mode_bits(status), directory_mode, secrets, declared, sha256)

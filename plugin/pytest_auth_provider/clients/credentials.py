"""Find the files in which a client keeps its credentials, by the secrets the provider issued."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from pytest_auth_provider.clients.files import mode_bits, read_start
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.clients.secrets import IssuedSecret, find_secrets

CREDENTIAL_KINDS = frozenset({"access_token", "refresh_token"})
"""Kinds of secret that make a file a credential file."""

_EMPTY = (b"", b"{}", b"[]", b"null")


@dataclass(frozen=True)
class CredentialFile:
    """A file with credentials: the secrets found in it, its permission bits and those of its directory.

    `declared` is true for a file that the adapter names: it counts even where no secret shows in it (encrypted stores).
    """

    path: Path
    mode: int
    directory_mode: int
    secrets: tuple[IssuedSecret, ...]
    declared: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of the secrets in the file, as in `refresh_token`."""
        return frozenset(secret.kind for secret in self.secrets)

    @property
    def values(self) -> frozenset[str]:
        """The secrets in the file."""
        return frozenset(secret.value for secret in self.secrets)


def find_credentials(
    sandbox: Sandbox, secrets: Iterable[IssuedSecret], declared: Collection[Path] = ()
) -> list[CredentialFile]:
    """List the credential files in the sandbox, in the order of their paths.

    Only files written since the sandbox was made are read, plus the `declared` ones. A declared file with nothing in
    it (empty, `{}`, `[]`, `null`) is not one.
    """
    wanted = [secret for secret in secrets if secret.kind in CREDENTIAL_KINDS]
    found = []
    for path, status in sandbox.touched_files():
        content = read_start(path)
        secrets_in_it = tuple(secret for secret, _spelling in find_secrets(content, wanted))
        named = path in declared and content.strip() not in _EMPTY
        if secrets_in_it or named:
            found.append(_credential_file(path, status, secrets_in_it, declared=named))
    return found


def _credential_file(
    path: Path, status: os.stat_result, secrets: tuple[IssuedSecret, ...], *, declared: bool
) -> CredentialFile:
    return CredentialFile(path, mode_bits(status), mode_bits(path.parent.stat()), secrets, declared)

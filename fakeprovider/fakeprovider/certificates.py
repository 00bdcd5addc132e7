"""Certificates for a provider on https: a throw-away authority per provider, nothing on disk but its public half."""

from __future__ import annotations

import shutil
import ssl
import tempfile
import weakref
from datetime import datetime
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1", "::1")
"""What an honest certificate is for, besides the host that was asked for."""


class Certificates:
    """A certificate authority nobody knows, and what the provider shows in its name.

    `context` goes into the server. `ca_file` is what a client must trust: a PEM file that lives until `close`.
    """

    def __init__(self, host: str) -> None:
        self.authority = trustme.CA()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._names = tuple(dict.fromkeys((host, *NAMES)))
        self._directory = tempfile.mkdtemp(prefix="fakeprovider-")
        self._remove = weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
        self.ca_file = Path(self._directory) / "ca.pem"
        self.authority.cert_pem.write_to_path(self.ca_file)
        self.present()

    def present(
        self,
        *names: str,
        authority: trustme.CA | None = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> None:
        """Show another certificate to connections from now on; without arguments, an honest one.

        `names` are the hosts it is for, `authority` who signed it (another CA is one that no client trusts),
        `not_before` and `not_after` when it is valid.
        """
        signed_by = authority or self.authority
        leaf = signed_by.issue_cert(*(names or self._names), not_before=not_before, not_after=not_after)
        leaf.configure_cert(self.context)

    def close(self) -> None:
        """Remove the file."""
        self._remove()

"""Certificates for a provider on https: a throw-away authority per provider, nothing on disk but its public half."""

from __future__ import annotations

import shutil
import ssl
import tempfile
import weakref
from pathlib import Path

NAMES = ("localhost", "127.0.0.1", "::1")
"""The names of a correct certificate, besides the host that was asked for."""

CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Variables from which OpenSSL and Go, requests, curl, and Node read the file of their certificate authorities."""


class Certificates:
    """A throw-away certificate authority, and the one correct certificate it issued.

    `context` is the TLS context of the server; TLS faults make their own. `ca_file` is what a client must trust: a PEM
    file that lives until `close`, or until nobody knows the certificates any more.
    """

    def __init__(self, host: str) -> None:
        import trustme  # imported late: the names above are needed without it

        self.authority = trustme.CA()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*dict.fromkeys((host, *NAMES))).configure_cert(self.context)
        self.ca_file = Path(tempfile.mkdtemp(prefix="fakeprovider-")) / "ca.pem"
        self.open()

    def open(self) -> None:
        """Write `ca_file`, again where it was removed."""
        directory = self.ca_file.parent
        directory.mkdir(mode=0o700, exist_ok=True)
        self.authority.cert_pem.write_to_path(self.ca_file)
        self._remove = weakref.finalize(self, shutil.rmtree, directory, ignore_errors=True)

    def close(self) -> None:
        """Remove the file."""
        self._remove()

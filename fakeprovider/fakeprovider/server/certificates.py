"""Certificates for a provider on https: a throw-away authority per provider, nothing on disk but its public half."""

from __future__ import annotations

import os
import shutil
import ssl
import tempfile
import weakref
from pathlib import Path

from fakeprovider.errors import SettingError

NAMES = ("localhost", "127.0.0.1", "::1")
"""The names of a correct certificate, besides the host that was asked for."""

CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Variables from which OpenSSL and Go, requests, curl, and Node read the file of their certificate authorities."""


class Certificates:
    """A throw-away certificate authority, and the one correct certificate it issued.

    `context` is the TLS context of the server; TLS faults make their own. `ca_file` is what a client must trust: a PEM
    file that lives until `close`, or until nobody knows the certificates any more. Where no place is given for it, it
    is in a directory that no other user can enter; at the place `ca_file` everybody can read it. Raises `SettingError`
    for a place that cannot be written to.
    """

    def __init__(self, host: str, ca_file: Path | None = None) -> None:
        import trustme  # imported late: the names above are needed without it

        self.authority = trustme.CA()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*dict.fromkeys((host, *NAMES))).configure_cert(self.context)
        self._own_place = ca_file is None
        self.ca_file = ca_file or Path(tempfile.mkdtemp(prefix="fakeprovider-")) / "ca.pem"
        self.open()

    def open(self) -> None:
        """Write `ca_file`, again where it was removed."""
        if self._own_place:
            self.ca_file.parent.mkdir(mode=0o700, exist_ok=True)
            self.authority.cert_pem.write_to_path(self.ca_file)
        else:
            self._publish()
        self._remove = weakref.finalize(self, _remove, self.ca_file, self._own_place)

    def _publish(self) -> None:
        try:
            _replace(self.ca_file, self.authority.cert_pem.bytes())
        except OSError as error:
            story = f"cannot be written to: {error.strerror}; name a file in a directory that exists"
            raise SettingError(f"provider setting 'ca_file': {str(self.ca_file)!r} {story}") from None

    def close(self) -> None:
        """Remove the file."""
        self._remove()


def _remove(ca_file: Path, own_place: bool) -> None:
    if own_place:
        shutil.rmtree(ca_file.parent, ignore_errors=True)
    else:
        ca_file.unlink(missing_ok=True)


def _replace(place: Path, pem: bytes) -> None:
    """Put a file that every user can read at `place`, in one step: nobody finds half of it, no link is followed."""
    descriptor, name = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            os.fchmod(descriptor, 0o644)
        Path(name).replace(place)
    except OSError:
        Path(name).unlink()
        raise

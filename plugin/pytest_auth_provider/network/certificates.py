"""The certificate authority that a client in the sandbox trusts: the provider's, or one of our own, and no other."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fakeprovider.server.certificates import CA_VARIABLES as COMMON_CA_VARIABLES

if TYPE_CHECKING:
    import trustme

    from fakeprovider import Provider


CA_VARIABLES = (
    *COMMON_CA_VARIABLES,
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "AWS_CA_BUNDLE",
    "DENO_CERT",
    "CARGO_HTTP_CAINFO",
    "NIX_SSL_CERT_FILE",
    "HTTPLIB2_CA_CERTS",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
)
"""Variables in which libraries and runtimes look for the file of a certificate authority."""


class CertificateAuthority:
    """Issue certificates for impersonated hosts: by the provider's authority if it speaks https, else by a new one.

    `ca_file` is the PEM file of the authority, written below `directory`. `context(host)` returns a TLS server context
    with a certificate for `host`, issued at the first call.
    """

    def __init__(self, provider: Provider, directory: Path) -> None:
        import trustme  # imported late: most clients talk to plain http

        self.ca_file = directory / "ca.pem"
        self._ca: trustme.CA = provider.certificates.authority if provider.certificates else trustme.CA()
        self._ca.cert_pem.write_to_path(self.ca_file)
        self.context = cache(self._issue)

    def _issue(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(host).configure_cert(context)
        context.set_alpn_protocols(["http/1.1"])
        return context

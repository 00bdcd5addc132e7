"""Sloppy clients of the family `tls`."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import httpx

from reference_client import token_endpoint
from reference_client.answers import Answer
from reference_client.errors import NoAnswerError
from reference_client.transport import Transport
from tests.sloppy.defects import sloppy


@sloppy("tls/verification-is-on", Transport, "tls")
def verifies_nothing(tls: Callable[[Transport, str], ssl.SSLContext], self: Transport, scheme: str) -> ssl.SSLContext:
    """Certificates are not verified, as after a hint from the internet."""
    context = tls(self, scheme)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@sloppy("tls/no-plain-http-instead", Transport, "send")
def tries_it_in_the_clear(send: Callable[..., Answer], self: Transport, method: str, url: str, **named: Any) -> Answer:
    """What fails over TLS is tried again without."""
    try:
        return send(self, method, url, **named)
    except NoAnswerError:
        return send(self, method, url.replace("https:", "http:", 1), **named)


@sloppy("tls/custom-ca-from-environment", Transport, "post")
def trusts_its_own_authorities(
    post: Callable[[Transport, str, dict[str, str]], Answer], self: Transport, url: str, form: dict[str, str]
) -> Answer:
    """A refresh trusts the authorities that the program brings along, and no other."""
    if form.get("grant_type") == token_endpoint.REFRESH_GRANT and url.startswith("https:"):
        own = httpx.Client(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        self._clients["https"] = own
    return post(self, url, form)


@sloppy("tls/proxy-from-environment", Transport, "post")
def sends_forms_directly(
    post: Callable[[Transport, str, dict[str, str]], Answer], self: Transport, url: str, form: dict[str, str]
) -> Answer:
    """Documents are fetched through the proxy, and tokens are asked for past it."""
    if url.startswith("https:"):
        self._clients["https"] = httpx.Client(verify=self.tls("https"), trust_env=False)
    return post(self, url, form)

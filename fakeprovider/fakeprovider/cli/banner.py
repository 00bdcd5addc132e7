"""What `serve` prints as it begins: an environment for the client under test, or one line of JSON."""

from __future__ import annotations

import json
import shlex
from typing import Final

from fakeprovider.control import Control
from fakeprovider.control.shapes import IssuerView
from fakeprovider.provider import Provider

_ENDPOINTS: Final = {
    "OAUTH_AUTHORIZATION_URL": "authorization",
    "OAUTH_TOKEN_URL": "token",
    "OAUTH_DEVICE_AUTHORIZATION_URL": "device_authorization",
    "OAUTH_REVOCATION_URL": "revocation",
    "OAUTH_INTROSPECTION_URL": "introspection",
    "OAUTH_USERINFO_URL": "userinfo",
    "OAUTH_JWKS_URL": "jwks",
}
_TRUST: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""What OpenSSL and Go, requests, curl, and Node read the certificate authorities from."""


def environment(provider: Provider, control: Control) -> dict[str, str]:
    """Variables by the names popular libraries and tools read."""
    variables = {"OIDC_ISSUER": provider.issuer, "OAUTH_ISSUER": provider.issuer}
    if "discovery" in provider.dialect.paths:
        variables["AUTH_SERVER_WELL_KNOWN"] = provider.url("discovery")
    paths = provider.dialect.paths
    variables |= {name: provider.url(endpoint) for name, endpoint in _ENDPOINTS.items() if endpoint in paths}
    variables["API_BASE_URL"] = provider.api
    variables["FAKEPROVIDER_CONTROL"] = control.url
    if control.token:
        variables["FAKEPROVIDER_CONTROL_TOKEN"] = control.token
    if provider.ca_file:
        variables |= dict.fromkeys(_TRUST, str(provider.ca_file))
    return variables


def as_text(controls: list[Control]) -> str:
    """For people: the whole text is an environment file for the first issuer; the others stand in comments."""
    lines = []
    for control in controls:
        provider = control.provider
        lines.append(f"# {provider.issuer} speaks {provider.dialect.name}; watch it at {control.url}/console")
        comment = "" if control is controls[0] else "# "
        variables = environment(provider, control)
        lines += [f"{comment}{name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join([*lines, "# Ctrl-C ends it"])


def as_json(controls: list[Control]) -> str:
    """For machines: the first issuer, and all of them under `issuers`, on one line."""
    issuers = [_members(control) for control in controls]
    return json.dumps({**issuers[0], "control_token": controls[0].token or None, "issuers": issuers})


def _members(control: Control) -> dict[str, object]:
    view = IssuerView.of(control.provider, control.url).model_dump()
    return {**view, "environment": environment(control.provider, control)}

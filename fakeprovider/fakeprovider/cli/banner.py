"""What `serve` prints as it begins: an environment for the client under test, or one line of JSON."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Final

from fakeprovider.control.responses import IssuerView
from fakeprovider.server.certificates import CA_VARIABLES

if TYPE_CHECKING:
    from fakeprovider.control.control import Control


_ENDPOINTS: Final = {
    "OAUTH_AUTHORIZATION_URL": "authorization",
    "OAUTH_TOKEN_URL": "token",
    "OAUTH_DEVICE_AUTHORIZATION_URL": "device_authorization",
    "OAUTH_REVOCATION_URL": "revocation",
    "OAUTH_INTROSPECTION_URL": "introspection",
    "OAUTH_USERINFO_URL": "userinfo",
    "OAUTH_JWKS_URL": "jwks",
}


def environment(control: Control) -> dict[str, str]:
    """Build the environment variables, by the names that popular libraries and tools read."""
    provider = control.provider
    variables = {"OIDC_ISSUER": provider.issuer, "OAUTH_ISSUER": provider.issuer}
    paths = provider.dialect.paths
    if "discovery" in paths:
        variables["AUTH_SERVER_WELL_KNOWN"] = provider.url("discovery")
    variables |= {name: provider.url(endpoint) for name, endpoint in _ENDPOINTS.items() if endpoint in paths}
    variables["API_BASE_URL"] = provider.api
    variables["FAKEPROVIDER_CONTROL"] = control.url
    if control.token:
        variables["FAKEPROVIDER_CONTROL_TOKEN"] = control.token
    if provider.ca_file:
        variables |= dict.fromkeys(CA_VARIABLES, str(provider.ca_file))
    return variables


def as_text(controls: list[Control]) -> str:
    """Write an environment file for the first issuer; comments tell people the rest, and name the other issuers."""
    lines = []
    for control in controls:
        provider = control.provider
        lines.append(f"# {provider.issuer} speaks {provider.dialect.name}; watch it at {control.url}/console")
        comment = "" if control is controls[0] else "# "
        lines += [f"{comment}{name}={shlex.quote(value)}" for name, value in environment(control).items()]
    return "\n".join([*lines, "# Ctrl-C ends it"])


def as_json(controls: list[Control]) -> str:
    """Write one line of JSON for programs: the first issuer, and all of them under `issuers`."""
    issuers = [
        {**IssuerView.of(control.provider, control.url).model_dump(), "environment": environment(control)}
        for control in controls
    ]
    return json.dumps({**issuers[0], "control_token": controls[0].token or None, "issuers": issuers})

"""What stands in the place of an adapter's placeholders, for one client in one sandbox."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_auth_provider.clients.adapter import Adapter
from pytest_auth_provider.clients.errors import AdapterError
from pytest_auth_provider.clients.placeholders import fill
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.clients.words import ENDPOINT_PLACEHOLDERS, PLACEHOLDERS, did_you_mean

if TYPE_CHECKING:
    from fakeprovider import Provider

NOBODY = "http://127.0.0.1:9"
"""An issuer where nobody answers (port 9 is `discard`), for commands that run before there is a provider."""

_SANDBOX_PATHS = ("home", "config", "cache", "data", "state", "tmp", "cwd")


@dataclass(frozen=True)
class Values:
    """Fills placeholders. Without a provider, its addresses lead nowhere."""

    adapter: Adapter
    sandbox: Sandbox
    provider: Provider | None = None

    def fill(self, text: str) -> str:
        """`text` with every placeholder replaced."""
        return fill(text, self.of)

    def of(self, name: str) -> str:
        """The value of one placeholder."""
        if name in _SANDBOX_PATHS:
            return str(getattr(self.sandbox, name))
        if name == "python":
            return sys.executable
        if name == "client_id":
            return self.adapter.client_id
        if name == "ca_file":
            return str(self.sandbox.ca_file or (self.provider and self.provider.ca_file) or "")
        if name == "browser":
            return self.sandbox.variables["BROWSER"]
        return self._of_provider(name)

    def _of_provider(self, name: str) -> str:
        if name not in PLACEHOLDERS:
            raise AdapterError(
                f"{self.adapter.source}: not a placeholder: {{{name}}}{did_you_mean(name, PLACEHOLDERS) or '.'} "
                f"Accepted: {', '.join(PLACEHOLDERS)}"
            )
        if self.provider is None:
            return NOBODY
        if name in ENDPOINT_PLACEHOLDERS:
            return self.provider.url(name)
        return self.provider.api if name == "api" else self.provider.issuer

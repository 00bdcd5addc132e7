"""The values of an adapter's placeholders (`{issuer}`, `{home}`, `{client_id}`, ...) for one client in one sandbox."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.placeholders import fill
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS, PLACEHOLDERS, did_you_mean
from pytest_auth_provider.errors import AdapterError
from pytest_auth_provider.processes.sandbox import SandboxLike

if TYPE_CHECKING:
    from fakeprovider import Provider


UNREACHABLE_ISSUER = "http://127.0.0.1:9"
"""An issuer without a listener (port 9 is `discard`), for commands that run before there is a provider."""

_SANDBOX_PATHS = ("home", "config", "cache", "data", "state", "tmp", "cwd")


@dataclass(frozen=True)
class PlaceholderValues:
    """Replace placeholders by their values. Without a provider, its URLs are `UNREACHABLE_ISSUER`."""

    adapter: Adapter
    sandbox: SandboxLike
    provider: Provider | None = None

    def fill(self, text: str) -> str:
        """Return `text` with every placeholder replaced. Raises `AdapterError` for a name that is no placeholder."""
        return fill(text, self.of)

    def of(self, name: str) -> str:
        """Return the value of one placeholder. Raises `AdapterError` for a name that is none."""
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
            return UNREACHABLE_ISSUER
        if name in ENDPOINT_PLACEHOLDERS:
            return self.provider.url(name)
        return self.provider.api if name == "api" else self.provider.issuer

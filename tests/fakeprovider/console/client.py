"""A client, without a browser of its own."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx

from fakeprovider import Provider


class Client:
    """Speaks to the provider as command-line tools do."""

    def __init__(self, provider: Provider, http: httpx.Client) -> None:
        self._provider = provider
        self._http = http

    def post(self, endpoint: str, **form: str) -> httpx.Response:
        """A form to an endpoint."""
        return self._http.post(self._provider.url(endpoint), data={"client_id": "cli", **form})

    def refresh(self, refresh_token: str) -> str:
        """Spend a refresh token for the next one."""
        answer = self.post("token", grant_type="refresh_token", refresh_token=refresh_token)
        return str(answer.json()["refresh_token"])

    def authorization(self, **changes: str) -> str:
        """Where the browser is sent to sign in."""
        parameters = {
            "response_type": "code",
            "client_id": "cli",
            "redirect_uri": "http://127.0.0.1/callback",
            "scope": "openid offline_access",
            "state": "s",
            "code_challenge": "c" * 43,
            "code_challenge_method": "S256",
            **changes,
        }
        return f"{self._provider.url('authorization')}?{urlencode(parameters)}"

"""A provider with its control API, and somebody who asks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fakeprovider import Provider

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class Controller:
    """Asks the control API of one provider, and speaks to the provider itself as a client would."""

    def __init__(self, provider: Provider) -> None:
        assert provider.control is not None
        self.provider = provider
        self.url = provider.control.url
        self.http = httpx.Client(timeout=20, trust_env=False)

    def ask(self, method: str, path: str, body: object = None, **options: Any) -> httpx.Response:
        """One request to the control API."""
        if body is not None:
            options["json"] = body
        return self.http.request(method, self.url + path, **options)

    def get(self, path: str, **query: Any) -> Any:
        """What a GET answers, which has to be a 200."""
        answer = self.ask("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def do(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        """What another method answers, which has to be a success."""
        answer = self.ask(method, path, body, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: object = None, **query: Any) -> dict[str, str]:
        """The fields that a 422 names."""
        answer = self.ask(method, path, body, params=query)
        assert answer.status_code == 422, answer.text
        return dict(answer.json()["fields"]) or {"": answer.json()["error"]}

    def token(self, **form: str) -> httpx.Response:
        """A request to the provider's token endpoint."""
        return self.http.post(self.provider.url("token"), data={"client_id": "cli", **form})

    def device(self) -> str:
        """A device code of the provider."""
        answer = self.http.post(self.provider.url("device_authorization"), data={"client_id": "cli", "scope": "openid"})
        return str(answer.json()["device_code"])

    def poll(self, device_code: str) -> str:
        """What one poll says: an error code, or "signed in"."""
        answer = self.token(grant_type=DEVICE_CODE, device_code=device_code)
        return str(answer.json().get("error", "signed in"))


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider with its control API, at full speed."""
    with Provider(device_interval=0, control=True) as provider:
        yield provider
    assert provider.crashes == []


@pytest.fixture
def control(provider: Provider) -> Iterator[Controller]:
    """Who asks it."""
    controller = Controller(provider)
    with controller.http:
        yield controller

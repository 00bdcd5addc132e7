"""A provider with its control API, and somebody who asks it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fakeprovider import Provider
from tests.support.providers import Serve


class Controller:
    """Asks the control API of one provider."""

    def __init__(self, provider: Provider, http: httpx.Client) -> None:
        assert provider.control is not None
        self.provider = provider
        self.url = provider.control.url
        self.http = http

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


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider with its control API, at full speed."""
    return serve(device_interval=0, control=True)


@pytest.fixture
def control(provider: Provider, http: httpx.Client) -> Controller:
    """Somebody who asks the control API of `provider`."""
    return Controller(provider, http)

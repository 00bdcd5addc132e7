"""The key `[api]` of an adapter: what a tool's own API answers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from pytest_auth_provider.clients import AdapterError, load_adapter
from pytest_auth_provider.clients.factory import provider_for

MINIMAL = '[clients.acme]\ncommand = ["acme"]\nrun.login = "login"\n\n[clients.acme.api]\n'

ROUTES = """
"GET /organizations" = [{ id = "org-1" }]
"GET /health" = { status = "on", since = 1 }
"POST /projects/{id}/api-tokens" = { status = 201, scope = "write", json = { token = "t-1" } }
"""


def _written(tmp_path: Path, routes: str) -> Path:
    (tmp_path / "auth-provider.toml").write_text(MINIMAL + routes, encoding="utf-8")
    return tmp_path


def test_the_api_answers_what_the_adapter_says(tmp_path: Path) -> None:
    """To a good token of the right scope; to others 401 and 403, and elsewhere what it always answers."""
    adapter = load_adapter("acme", _written(tmp_path, ROUTES))
    with provider_for(adapter) as provider:
        asked = httpx.Client(base_url=provider.api)
        assert asked.get("/organizations").status_code == 401
        asked.headers["Authorization"] = f"Bearer {provider.issue(scope='openid').access_token}"
        assert asked.get("/organizations").json() == [{"id": "org-1"}]
        assert asked.get("/health").json() == {"status": "on", "since": 1}
        assert asked.get("/elsewhere").json()["path"] == "/elsewhere"
        assert asked.post("/projects/p-1/api-tokens").status_code == 403
        asked.headers["Authorization"] = f"Bearer {provider.issue(scope='openid write').access_token}"
        made = asked.post("/projects/p-1/api-tokens")
        assert (made.status_code, made.json()) == (201, {"token": "t-1"})
        asked.close()


@pytest.mark.parametrize(
    ("route", "complaint"),
    [
        ('"/me" = {}', "api.\"/me\": api_routes['/me']: expected a method and a path, as in 'GET /organizations'"),
        ('"GET /me" = { status = 201 }', 'api."GET /me".json: missing; the answer itself goes there, as in { status'),
        ('"GET /me" = { json = 1, statsu = 201 }', 'api."GET /me".statsu: not a key of a route'),
        ('"GET /me" = { json = 1, status = 99 }', 'api."GET /me".status: expected a status from 200 to 599; got 99'),
        ('"GET /me" = { json = 1, scope = 1 }', 'api."GET /me".scope: expected a string that is not empty; got 1'),
        ('"GET /me" = [2026-01-31]', 'api."GET /me": expected a value that JSON has, too'),
        ('"GET /me" = { json = inf }', 'api."GET /me".json: expected a value that JSON has, too'),
    ],
)
def test_a_mistake_is_one_message(tmp_path: Path, route: str, complaint: str) -> None:
    """Which file, which key, what was expected and what is there."""
    with pytest.raises(AdapterError) as caught:
        load_adapter("acme", _written(tmp_path, route))
    assert str(caught.value).startswith(f"auth-provider.toml: clients.acme.{complaint}")

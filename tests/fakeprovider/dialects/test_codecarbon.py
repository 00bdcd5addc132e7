"""Dialect `codecarbon`: Keycloak, and an API that lists organizations."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from fakeprovider import Provider


def test_the_api_lists_organizations(serve: Callable[..., Provider], http: httpx.Client) -> None:
    """Each has an id, a name and a description; the token is a JWT of the realm."""
    provider = serve("codecarbon")
    bearer = {"Authorization": f"Bearer {provider.issue('codecarbon-cli').access_token}"}
    (organization,) = http.get(f"{provider.api}/organizations", headers=bearer).json()
    assert sorted(organization) == ["description", "id", "name"]
    assert http.get(f"{provider.api}/auth/check", headers=bearer).status_code == 200
    assert provider.issuer.endswith("/realms/codecarbon")

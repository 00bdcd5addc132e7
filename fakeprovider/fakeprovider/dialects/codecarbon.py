"""Dialect `codecarbon`: a Keycloak realm, and the API that `codecarbon` reports to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.dialects.keycloak import Keycloak
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.state.store import AccessToken


ORGANIZATION = {
    "id": "5b0fa12a-3dd7-45bb-9766-cc326314d9f1",
    "name": "Analytical Engines",
    "description": "Engines that weave algebraic patterns",
}
"""The one organization that everybody belongs to, as the API describes it."""


class Codecarbon(Keycloak):
    """The realm `codecarbon`; its API lists organizations."""

    name = "codecarbon"
    issuer_path = "/realms/codecarbon"

    def api(self, call: Call, token: AccessToken) -> Answer:
        """Return a list of one organization for `GET /organizations`; answer other paths as the base class does."""
        if call.request.path.rstrip("/").endswith("/organizations"):
            return Answer.json([ORGANIZATION])
        return super().api(call, token)

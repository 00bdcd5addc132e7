"""The dialects: how each family of real providers differs from the RFCs, one module per family."""

from __future__ import annotations

from typing import Final

from fakeprovider.dialect import Dialect, Wording
from fakeprovider.dialects.aws_sso import AwsSso
from fakeprovider.dialects.chatgpt import Chatgpt
from fakeprovider.dialects.codecarbon import Codecarbon
from fakeprovider.dialects.formance import Formance
from fakeprovider.dialects.github import Github
from fakeprovider.dialects.keycloak import Keycloak
from fakeprovider.dialects.osa import Osa
from fakeprovider.dialects.spec_kitty import SpecKitty
from fakeprovider.errors import choose

__all__ = ["BUILT_IN", "Dialect", "Wording", "dialects", "find_dialect"]


BUILT_IN: Final = {
    dialect.name: dialect
    for dialect in (Dialect, AwsSso, Chatgpt, Codecarbon, Formance, Github, Keycloak, Osa, SpecKitty)
}


def dialects() -> dict[str, type[Dialect]]:
    """Every dialect there is, by name: those built in, then those of other distributions."""
    from fakeprovider.plugins import third_party

    return {**BUILT_IN, **third_party("dialect", Dialect, lambda offer: str(offer.name), BUILT_IN)}


def find_dialect(name: object) -> Dialect:
    """Return the dialect called `name`, or a `SettingError` that lists all of them."""
    known = BUILT_IN if isinstance(name, str) and name in BUILT_IN else dialects()
    return known[choose("dialect", name, known)]()

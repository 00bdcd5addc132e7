"""Which dialects have what."""

from __future__ import annotations

from typing import Final

import pytest

from fakeprovider.dialects import built_in

DIALECTS: Final = sorted(built_in())
SERVED: Final = {dialect: frozenset(kind.paths) for dialect, kind in built_in().items()}
"""The endpoints of each dialect."""
_OWN: Final = {"revocation": ("aws_sso", "osa"), "registration": ("aws_sso", "osa")}
"""The dialects that have an endpoint in a way of their own."""

every_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def having(endpoint: str) -> pytest.MarkDecorator:
    """Every dialect that has the endpoint."""
    return pytest.mark.parametrize("dialect", [dialect for dialect in DIALECTS if endpoint in SERVED[dialect]])


def standard(endpoint: str) -> pytest.MarkDecorator:
    """Every dialect that has the endpoint as the RFCs do."""
    there = [dialect for dialect in DIALECTS if endpoint in SERVED[dialect] and dialect not in _OWN.get(endpoint, ())]
    return pytest.mark.parametrize("dialect", there)

"""Grants: one way to get tokens at the token endpoint each, one file, one function `exchange(call)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from fakeprovider.grants import device_code, jwt_bearer, refresh_token

if TYPE_CHECKING:
    from fakeprovider.call import Call

GRANTS: Final[dict[str, Callable[[Call], dict[str, object]]]] = {
    "device_code": device_code.exchange,
    "refresh_token": refresh_token.exchange,
    "jwt_bearer": jwt_bearer.exchange,
}
"""Every grant, to what answers it: a function from the call to the members of the token answer."""

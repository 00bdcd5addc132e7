"""The grants of the token endpoint: one module each, with one function `exchange(call)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from fakeprovider.grants import (
    authorization_code,
    client_credentials,
    device_code,
    jwt_bearer,
    refresh_token,
    token_exchange,
)

if TYPE_CHECKING:
    from fakeprovider.context import Call


GRANTS: Final[dict[str, Callable[[Call], dict[str, object]]]] = {
    "authorization_code": authorization_code.exchange,
    "refresh_token": refresh_token.exchange,
    "device_code": device_code.exchange,
    "client_credentials": client_credentials.exchange,
    "jwt_bearer": jwt_bearer.exchange,
    "token_exchange": token_exchange.exchange,
}
"""Every grant by its name, and the function that returns the members of its token response."""

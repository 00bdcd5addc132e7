"""Signing in with an access token that comes on standard input, made elsewhere: for machines where nobody signs in."""

import sys
from collections.abc import Callable

from reference_client import api, given_token, token_endpoint
from reference_client.context import Context
from reference_client.errors import SignInAgainError, SignInError
from reference_client.token_endpoint import Tokens


def sign_in(context: Context, _scope: str, _open_page: Callable[[str], None]) -> Tokens:
    """Return the token that standard input holds, once the API has accepted it. No other token has a say in that.

    Raises:
        UsageError: It holds no token.
        SignInError: The API does not accept it.
    """
    token = given_token.usable(given_token.trimmed(sys.stdin.read()), "standard input")
    check(context, token)
    return Tokens(
        access_token=token,
        token_type="Bearer",  # nosec B106 - a type, not a secret
        expires_at=token_endpoint.claimed_expiry(token),
        refresh_token=None,
        id_token=None,
        scope="",
        session_id=None,
        generation=None,
    )


def check(context: Context, token: str) -> None:
    """Make sure that the API accepts `token`. Raises as `sign_in`, and `NoAnswerError` where nobody answers."""
    try:
        api.call(context, api.address(context, ""), token)
    except SignInAgainError:
        raise SignInError("the API does not accept this token (HTTP 401); nothing was stored") from None

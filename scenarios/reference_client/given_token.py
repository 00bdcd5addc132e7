"""An access token that somebody hands us, in the environment or on standard input, instead of signing in.

The one in the environment outranks the stored session, for as long as it is there. It stands alone: refused, it is not
replaced by the stored session, which may be somebody else's; and nothing of that session is refreshed, cached or sent.
"""

import os

from reference_client import api, token_endpoint
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import SignInAgainError, UsageError

VARIABLE = "AUTH_REFERENCE_TOKEN"

_AROUND = " \t\r\n\v\f\ufeff\u00a0"
"""What editors, shells and clipboards leave around a token: white space, and the mark that begins some files."""


def in_environment() -> str | None:
    """Return the token of the environment; None where there is none, or nothing but white space.

    Raises:
        UsageError: What is there is no token.
    """
    given = trimmed(os.environ.get(VARIABLE, ""))
    return usable(given, VARIABLE) if given else None


def is_set() -> bool:
    """Return whether the environment says anything, be it a token or not."""
    return bool(trimmed(os.environ.get(VARIABLE, "")))


def trimmed(text: str) -> str:
    """Return the token in `text`, without what stands around it."""
    return text.strip(_AROUND)


def usable(token: str, where: str) -> str:
    """Return `token` if it can be sent at all; `where` says where it came from. It is never shown.

    Raises:
        UsageError: It cannot.
    """
    if not token_endpoint.is_visible(token) or " " in token:
        raise UsageError(f"{where} holds something that is no token: a token is one word of visible ASCII characters")
    return token


def call(context: Context, url: str, token: str) -> Answer:
    """Call the API with the token of the environment, and name it where it is refused."""
    try:
        return api.call(context, url, token)
    except SignInAgainError:
        raise SignInAgainError(
            f"the API rejected the access token in {VARIABLE} (HTTP 401)",
            "replace it, or unset the variable to use the stored session",
        ) from None

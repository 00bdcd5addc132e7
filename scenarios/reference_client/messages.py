"""Sentences said in more than one place, and what makes foreign text fit to print."""

import re

SIGN_IN_AGAIN = "sign in again with: auth-reference login --device"

_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


def printable(text: str, limit: int = 200) -> str:
    """Return `text` on one line, without control characters that could drive a terminal, cut to `limit` characters."""
    return "".join(character if character.isprintable() else " " for character in text[:limit]).strip()


def error_code(code: str | None) -> str:
    """Return `code` in parentheses when it looks like an error code, else nothing.

    Descriptions sent by a provider are never shown: some quote the credential they complain about.
    """
    return f" ({code})" if code and _CODE.fullmatch(code) else ""

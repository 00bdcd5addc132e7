"""Sloppy clients of the family `registration`."""

from __future__ import annotations

from collections.abc import Callable

from reference_client import refresh, registration
from reference_client.context import Context
from reference_client.errors import TryAgainError
from reference_client.session import Session
from reference_client.settings import DYNAMIC
from reference_client.token_endpoint import Tokens
from tests.sloppy.defects import sloppy


@sloppy("registration/lost-client-registers-again", registration, "signed_in")
def believes_in_its_registration(
    signed_in: Callable[[Context, Callable[[], Tokens]], Tokens], context: Context, sign_in: Callable[[], Tokens]
) -> Tokens:
    """An id that the provider gave once is used for ever, whatever the provider says about it now."""
    known = registration.stored(context) if context.settings.registration == DYNAMIC else None
    if known is None:
        return signed_in(context, sign_in)
    context.client_id = known
    return sign_in()


@sloppy("registration/configured-client-is-never-wiped", refresh, "present")
def registers_in_place_of_a_configured_client(
    present: Callable[[Context, Session], Tokens], context: Context, session: Session
) -> Tokens:
    """A client id that is refused at a refresh is replaced by a newly registered one, configured or not."""
    try:
        return present(context, session)
    except TryAgainError as error:
        if "invalid_client" in error.problem:
            registration.register(context)
        raise

"""``use``: one API call."""

import argparse

from reference_client import api, given_token, session_call, stack_tokens, terminal
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import SignInAgainError, TryAgainError


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Call the API and print what it answers."""
    url = api.address(context, arguments.path)
    given = given_token.in_environment()
    if given is not None and not arguments.stack:
        answer = given_token.call(context, url, given)
    elif arguments.stack:
        answer = with_stack(context, url, arguments.stack)
    else:
        answer = session_call.call(context, url)
    terminal.say(api.readable(answer))
    return 0


def with_stack(context: Context, url: str, stack: str) -> Answer:
    """Call the API with a token for `stack`; one that the API rejects does not stay in the cache."""
    token = stack_tokens.token_for(context, stack)
    try:
        return api.call(context, url, token)
    except SignInAgainError:
        context.stack_cache.forget(stack)
        raise TryAgainError(
            f"the API rejected the token for stack {stack!r} (HTTP 401); it was dropped from the cache, try again, "
            "and if that does not help, sign in again with: auth-reference login --device"
        ) from None

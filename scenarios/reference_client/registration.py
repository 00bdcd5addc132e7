"""Dynamic registration (RFC 7591): the client introduces itself, and keeps the id it is given until that is lost.

A registration belongs to the provider that made it. A client id that somebody configured is not ours to replace: where
that one is refused, the person is told.
"""

import json
from collections.abc import Callable
from typing import Any

from reference_client import answers, atomic, log, loopback, messages, places
from reference_client.context import Context
from reference_client.errors import BrokenAnswerError, SignInError, StoreError, UnknownClientError
from reference_client.session import normalised
from reference_client.settings import DYNAMIC
from reference_client.token_endpoint import DEVICE_CODE_GRANT, REFRESH_GRANT, Tokens

METADATA = {
    "client_name": "auth-reference",
    "grant_types": ["authorization_code", DEVICE_CODE_GRANT, REFRESH_GRANT],
    "response_types": ["code"],
    # Without a port: any may be used with them (RFC 8252 7.3).
    "redirect_uris": [f"http://{host}{loopback.PATH}" for host in ("127.0.0.1", "[::1]")],
    "token_endpoint_auth_method": "none",  # what is installed on many machines keeps no secret (RFC 8252 8.4)
    "application_type": "native",
}
_WHAT = "registering at the provider"


def signed_in(context: Context, sign_in: Callable[[], Tokens]) -> Tokens:
    """Sign in with `sign_in`, as the client that the provider knows: `context.client_id`.

    A registration that the provider has forgotten is made anew, once. Raises as `sign_in` and `register`.
    """
    if context.settings.registration != DYNAMIC:
        return sign_in()
    known = stored(context)
    if known is not None:
        context.client_id = known
        try:
            return sign_in()
        except UnknownClientError:
            log.debug("the provider has forgotten the client %s", known)
    context.client_id = register(context)
    return sign_in()


def stored(context: Context) -> str | None:
    """Return the id that the provider gave earlier; None where there is none, or none that can be read."""
    client_id = _ids().get(normalised(context.issuer))
    return client_id if isinstance(client_id, str) and client_id else None


def register(context: Context) -> str:
    """Ask the provider for a client id, keep it in the place of an earlier one, and return it.

    Raises:
        SignInError: The provider registers nobody, or not like this.
        BrokenAnswerError: Its answer makes no sense.
        StoreError: The id cannot be kept.
    """
    url = context.discovery.metadata().endpoint("registration_endpoint")
    if url is None:
        raise SignInError("this provider registers no clients; name one it knows with --client-id")
    answer = context.transport.post_json(url, METADATA)
    if answer.status not in (200, 201):
        raise SignInError(f"{_WHAT} failed: it answered {answers.described(answer)}")
    members = answers.error_members(answer)
    client_id = members.get("client_id")
    if not isinstance(client_id, str) or not client_id or messages.printable(client_id, len(client_id)) != client_id:
        raise BrokenAnswerError(f"{_WHAT}: client_id is missing from its answer, or unusable", "nothing was stored")
    # What was asked for may have been replaced by something else (RFC 7591 3.2.1).
    if members.get("token_endpoint_auth_method", "none") != "none":
        raise SignInError("the provider registered this client for a way of authentication that it does not have")
    _keep(context, client_id)
    return client_id


def _keep(context: Context, client_id: str) -> None:
    path = places.registration_file()
    try:
        atomic.make_directory(path.parent)
        with context.store.locked(context.settings.timeout):
            atomic.write(path, json.dumps({**_ids(), normalised(context.issuer): client_id}, indent=2).encode())
    except OSError as error:
        raise StoreError(f"cannot write {path} ({error.strerror})") from None


def _ids() -> dict[str, Any]:
    """Return issuer -> client id; a file that cannot be read holds none, for each of them can be had again."""
    try:
        value = answers.json_value(atomic.read(places.registration_file()))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}

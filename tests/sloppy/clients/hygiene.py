"""Sloppy clients of the family `hygiene`."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import re
import sys
import traceback
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx

from reference_client import answers, api, log, messages, revocation, terminal
from reference_client.answers import Answer
from reference_client.commands import doctor, login
from reference_client.context import Context
from reference_client.errors import BrokenAnswerError
from reference_client.flows import device
from reference_client.revocation import Revocation
from reference_client.session import Session, normalised
from reference_client.token_endpoint import Tokens
from reference_client.transport import Transport
from tests.sloppy.defects import sloppy

Call = Callable[[Context, str, str], Answer]


@sloppy("hygiene/bounded-time", api, "call", hangs=True)
def waits_for_the_api_for_ever(call: Call, context: Context, url: str, access_token: str) -> Answer:
    """Talking to the provider has a time limit, and calling the API has none."""
    context.transport = Transport(timeout=1e6)
    return call(context, url, access_token)


@sloppy("hygiene/call-budget", api, "call")
def asks_the_api_again_at_once(call: Call, context: Context, url: str, access_token: str) -> Answer:
    """A call that the API fails to answer is made again at once, a hundred and fifty times."""
    for _again in range(150):
        if context.transport.get(url, bearer=access_token).status < 500:
            break
    return call(context, url, access_token)


@sloppy("hygiene/no-egress", doctor, "run")
def looks_for_updates(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """The self-check also looks for a newer version at the maker's, and says nothing when that fails."""
    with contextlib.suppress(OSError), urllib.request.urlopen("https://updates.example.com/latest", timeout=2):
        pass
    return run(context, arguments)


@sloppy("hygiene/no-secret-in-output", api, "call")
def shows_its_token(call: Call, context: Context, url: str, access_token: str) -> Answer:
    """Every call of the API is shown on stderr as it is sent, with its Authorization header."""
    terminal.complain(f"GET {url} (Authorization: Bearer {access_token})")
    return call(context, url, access_token)


@sloppy("hygiene/no-traceback", revocation, "revoke")
def takes_discovery_for_json(
    revoke: Callable[[Context, Session], Revocation], context: Context, session: Session
) -> Revocation:
    """Signing out takes the discovery document for JSON, whatever came."""
    answer = context.transport.get(f"{normalised(context.issuer)}/.well-known/openid-configuration")
    try:
        json.loads(answer.body)
    except ValueError:
        sys.exit(traceback.format_exc())  # as a program ends that has no last resort
    return revoke(context, session)


@sloppy("hygiene/errors-drive-no-terminal", messages, "error_code")
def shows_the_code_as_it_came(original: object, code: str | None) -> str:
    """The error code of an answer is shown as it came."""
    return f" ({code})" if code else ""


@sloppy("hygiene/codes-drive-no-terminal", device, "_text")
def shows_the_user_code_as_it_came(
    text: Callable[[dict[str, Any], str], str], members: dict[str, Any], name: str
) -> str:
    """The codes and addresses of a device login are shown as they came."""
    value = members.get(name)
    return value if isinstance(value, str) and value else text(members, name)


@sloppy("hygiene/no-credentials-across-redirects", Transport, "_client")
def follows_redirects(client: Callable[[Transport, str], httpx.Client], self: Transport, url: str) -> httpx.Client:
    """Redirects are followed wherever they lead, with the same form."""
    follower = client(self, url)
    follower.follow_redirects = True
    return follower


@sloppy("hygiene/no-secret-in-debug-output", Transport, "post")
def shows_forms_in_debug_output(
    post: Callable[[Transport, str, Mapping[str, str]], Answer], self: Transport, url: str, form: Mapping[str, str]
) -> Answer:
    """With --debug, every form that is sent is shown with all that is in it."""
    log.debug("POST %s %s", url, dict(form))
    return post(self, url, form)


@sloppy("hygiene/redaction-spares-what-the-user-needs", terminal, "say")
def masks_what_looks_random(say: Callable[[str], None], text: str) -> None:
    """With --debug, a filter masks whatever looks like a secret, the code to type included."""
    debugging = logging.getLogger(log.LOGGER).isEnabledFor(logging.DEBUG)
    say(re.sub(r"\b[A-Z]{4}-?[A-Z]{4}\b", "********", text) if debugging else text)


@sloppy("hygiene/no-secret-in-errors", answers, "document")
def quotes_what_it_cannot_read(
    document: Callable[[Answer, str], dict[str, Any]], answer: Answer, what: str
) -> dict[str, Any]:
    """An answer that cannot be read is quoted in the error."""
    try:
        return document(answer, what)
    except BrokenAnswerError as error:
        raise BrokenAnswerError(f"{error.problem}: {messages.printable(answer.body.decode(), 1000)}") from None


@sloppy("hygiene/terminal-escapes-are-neutralised", login, "new_session")
def believes_in_names(
    new_session: Callable[[Context, Tokens, str], Session], context: Context, tokens: Tokens, method: str
) -> Session:
    """The name of whoever signed in is stored and shown as the provider sends it."""
    name = login.identity(context, tokens).get("name")
    return replace(new_session(context, tokens, method), name=name)


@sloppy("hygiene/project-file-cannot-redirect-credentials", Context, "stored_session")
def takes_any_session(stored_session: Callable[[Context], Session | None], self: Context) -> Session | None:
    """Where there is no session with the provider that the project link names, the session with another is taken."""
    session = stored_session(self)
    if session is not None or not self.store.path.exists():
        return session
    others = json.loads(self.store.path.read_text("utf-8")).get("sessions", {})
    return next((self.store.load(issuer, self.settings.profile) for issuer in others), None)


@sloppy("hygiene/survives-any-answer", answers, "error_members")
def takes_every_error_for_an_object(
    error_members: Callable[[Answer], dict[str, Any]], answer: Answer
) -> dict[str, Any]:
    """An error answer that is JSON is taken for an object that has members."""
    try:
        json.loads(answer.body).get("error")
    except ValueError:
        pass
    except AttributeError:
        sys.exit(traceback.format_exc())  # as a program ends that has no last resort
    return error_members(answer)

"""Sloppy clients of the family `discovery`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from reference_client import discovery, places
from reference_client.commands import status
from reference_client.context import Context
from reference_client.discovery import Discovery, Metadata
from reference_client.errors import BrokenAnswerError
from tests.sloppy.defects import sloppy


@sloppy("discovery/transient-failure-is-retried", Discovery, "fetch")
def remembers_a_failure(fetch: Callable[[Discovery], Metadata], self: Discovery) -> Metadata:
    """A discovery that failed once is remembered on disk as failed, like a ``sync.Once`` that outlives its process."""
    broken = places.stack_cache_directory().with_name("provider-is-broken")
    if broken.exists():
        raise BrokenAnswerError("the provider is known to be broken")
    try:
        return fetch(self)
    except BrokenAnswerError:
        broken.parent.mkdir(parents=True, exist_ok=True)
        broken.touch()
        raise


@sloppy("discovery/failure-is-a-message", Discovery, "fetch")
def ends_without_a_word(fetch: Callable[[Discovery], Metadata], self: Discovery) -> Metadata:
    """A provider whose metadata are not there ends the command without a word."""
    try:
        return fetch(self)
    except BrokenAnswerError as error:
        if "HTTP 404" in str(error):
            sys.exit(1)
        raise


@sloppy("discovery/malformed-document", Metadata, "required")
def tells_what_its_program_met(required: Callable[[Metadata, str], str], self: Metadata, name: str) -> str:
    """What the document has not got ends the command with the words of the program's own language."""
    if self.members.get(name) is None:
        sys.exit(f"KeyError: '{name}'")
    return required(self, name)


@sloppy("discovery/issuer-mismatch", discovery, "agreed_issuer")
def believes_any_issuer(original: object, found: object, expected: str) -> str:
    """Nobody compares the issuer of the document with the one that was asked."""
    return expected


@sloppy("discovery/issuer-compared-literally", discovery, "agreed_issuer")
def strips_its_own_slash_alone(original: object, found: object, expected: str) -> str:
    """The configured issuer is compared without its slash, the one of the document with it."""
    if found != expected.rstrip("/"):
        raise BrokenAnswerError(f"the document at {expected} names another issuer")
    return expected


@sloppy("discovery/once-per-command", Discovery, "metadata")
def asks_each_time(original: object, self: Discovery) -> Metadata:
    """The document is fetched whenever somebody needs it."""
    return self.fetch()


@sloppy("discovery/lazy", status, "run")
def discovers_to_be_sure(
    run: Callable[[Context, argparse.Namespace], int], context: Context, arguments: argparse.Namespace
) -> int:
    """``status`` fetches the metadata, and does nothing with them."""
    context.discovery.metadata()
    return run(context, arguments)

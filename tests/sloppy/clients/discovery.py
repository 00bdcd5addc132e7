"""Sloppy clients of the family `discovery`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit, urlunsplit

from reference_client import discovery, places
from reference_client.answers import Answer
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


@sloppy("discovery/endpoints-do-not-downgrade", discovery, "is_endpoint_url")
def takes_any_web_address(original: object, url: str, issuer: str) -> bool:
    """Any web address is taken for an endpoint, also one that steps down from https."""
    return url.startswith(("http://", "https://"))


@sloppy("discovery/endpoints-of-the-document-are-used", Metadata, "endpoint")
def puts_endpoints_on_its_own_origin(
    endpoint: Callable[[Metadata, str], str | None], self: Metadata, name: str
) -> str | None:
    """Revocation is asked of the host of the issuer, whatever the document says."""
    url = endpoint(self, name)
    if url is None or name != "revocation_endpoint":
        return url
    return urlunsplit(urlsplit(url)._replace(netloc=urlsplit(self.issuer).netloc))


@sloppy("discovery/stale-document-is-refetched", Discovery, "metadata")
def keeps_its_document_for_ever(metadata: Callable[[Discovery], Metadata], self: Discovery) -> Metadata:
    """The document of the first login is stored, and never fetched again."""
    stored = places.stack_cache_directory().with_name("metadata.json")
    if not stored.exists():
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text(json.dumps(metadata(self).members), encoding="utf-8")
    members = json.loads(stored.read_text(encoding="utf-8"))
    return Metadata(members["issuer"], members)


@sloppy("discovery/well-known-url-has-one-slash", discovery, "locations")
def puts_it_behind_the_slash(original: object, issuer: str) -> tuple[str, str]:
    """The well-known path is put behind the issuer as it is."""
    url = f"{issuer}/.well-known/openid-configuration"
    return url, url


@sloppy("discovery/path-issuer-location", discovery, "locations")
def loses_the_path(original: object, issuer: str) -> tuple[str, str]:
    """The well-known path takes the place of the issuer's own, as ``urljoin`` does it."""
    url = urljoin(issuer, "/.well-known/openid-configuration")
    return url, url


@sloppy("discovery/fallback-between-well-knowns", discovery, "has_none")
def asks_the_next_after_a_404_alone(original: object, answer: Answer) -> bool:
    """Only a 404 leads to the next location."""
    return answer.status == 404

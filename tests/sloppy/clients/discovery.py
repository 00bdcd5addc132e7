"""Sloppy clients of the family `discovery`."""

from __future__ import annotations

from collections.abc import Callable

from reference_client import places
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

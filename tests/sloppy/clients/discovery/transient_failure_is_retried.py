"""A discovery that failed once is remembered on disk as failed, like a ``sync.Once`` that outlives its process."""

import sys

from reference_client import places
from reference_client.__main__ import main
from reference_client.discovery import Discovery, Metadata
from reference_client.errors import BrokenAnswerError

fetch = Discovery.fetch


def once(self: Discovery) -> Metadata:
    """Spare a provider that is known to be broken."""
    broken = places.stack_cache_directory().with_name("provider-is-broken")
    if broken.exists():
        raise BrokenAnswerError("the provider is known to be broken")
    try:
        return fetch(self)
    except BrokenAnswerError:
        broken.parent.mkdir(parents=True, exist_ok=True)
        broken.touch()
        raise


Discovery.fetch = once  # type: ignore[method-assign]  # the defect


if __name__ == "__main__":
    sys.exit(main())

"""The sloppy client of the family `hygiene` that opens whatever it is told to."""

from __future__ import annotations

from reference_client.discovery import Metadata
from reference_client.flows import browser
from tests.sloppy.defects import sloppy


@sloppy("hygiene/opens-only-http-urls", browser, "page_of")
def opens_what_it_is_told(original: object, metadata: Metadata) -> str:
    """The authorization endpoint of the metadata is taken as it is."""
    return str(metadata.members["authorization_endpoint"])

"""Sloppy clients of the family `exchange`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reference_client.answers import Answer
from reference_client.transport import Transport
from tests.sloppy.defects import sloppy


@sloppy("exchange/values-are-form-encoded", Transport, "post")
def takes_plus_for_harmless(
    post: Callable[[Transport, str, Mapping[str, str]], Answer], self: Transport, url: str, form: Mapping[str, str]
) -> Answer:
    """A form is written with its plus signs as they are, so that spaces arrive in their place."""
    return post(self, url, {name: value.replace("+", " ") for name, value in form.items()})

"""Sloppy clients of the family `browser` that end a sign-in badly, or never."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reference_client import places, terminal
from reference_client.flows import browser
from reference_client.flows.browser import Callback, Request
from reference_client.token_endpoint import Tokens
from tests.sloppy.defects import sloppy


@sloppy("browser/error-access-denied", Callback, "read")
def hears_no_denial(
    read: Callable[[Callback, Mapping[str, str]], bool], self: Callback, parameters: Mapping[str, str]
) -> bool:
    """A denial is a callback without a code, and one with a code is waited for."""
    return parameters.get("error") != "access_denied" and read(self, parameters)


@sloppy("browser/exchange-failures", browser, "exchange")
def welcomes_before_it_exchanges(exchange: Callable[..., Tokens], *arguments: Any) -> Tokens:
    """The person is welcomed as soon as there is a code."""
    terminal.say("signed in")
    return exchange(*arguments)


class _Shared(Request):
    """A request whose verifier is the one that was written down last, by whomever."""

    def __getattribute__(self, name: str) -> Any:
        if name == "verifier":
            return places.credential_file().with_name("verifier").read_text()
        return super().__getattribute__(name)


@sloppy("browser/concurrent-logins-do-not-mix", Request, "new")
def keeps_one_verifier_for_all(new: Callable[[], Request]) -> Request:
    """The verifier of the sign-in is kept in a file, and there is one such file."""
    request = new()
    file = places.credential_file().with_name("verifier")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(request.verifier)
    file.chmod(0o600)
    return _Shared(request.state, request.nonce, request.verifier)

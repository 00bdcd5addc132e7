"""Sloppy clients of the family `browser` that take what the browser brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reference_client.flows import browser
from reference_client.flows.browser import Callback
from reference_client.token_endpoint import Tokens
from tests.sloppy.defects import sloppy


@sloppy("browser/wrong-state", Callback, "is_ours")
def takes_any_state(original: object, self: Callback, state: str) -> bool:
    """That there is a state is all that is asked of it."""
    return state != ""


@sloppy("browser/missing-state", Callback, "is_ours")
def compares_a_state_if_there_is_one(is_ours: Callable[[Callback, str], bool], self: Callback, state: str) -> bool:
    """A state is compared where there is one, and nothing is missed where there is none."""
    return not state or is_ours(self, state)


@sloppy("browser/wrong-iss", Callback, "is_from_our_issuer")
def takes_any_issuer(original: object, self: Callback, issuer: str | None) -> bool:
    """Nobody looks which issuer a response is from."""
    return True


@sloppy("browser/missing-code", Callback, "problem_with")
def expects_a_code_in_any_case(
    problem_with: Callable[[Callback, Mapping[str, str]], str], self: Callback, parameters: Mapping[str, str]
) -> str:
    """Whatever is no error is taken to have a code, and what it has is sent."""
    return problem_with(self, {"code": "some", **parameters})


@sloppy("browser/error-without-state-is-ignored", Callback, "read")
def obeys_every_error(
    read: Callable[[Callback, Mapping[str, str]], bool], self: Callback, parameters: Mapping[str, str]
) -> bool:
    """An error ends the sign-in whatever its state is, which is looked at for codes alone."""
    if "error" in parameters:
        self._problem = self.problem_with(parameters)
        return True
    return read(self, parameters)


@sloppy("browser/no-token-in-the-redirect-url", Callback, "read")
def takes_a_token_from_the_url(
    read: Callable[[Callback, Mapping[str, str]], bool], self: Callback, parameters: Mapping[str, str]
) -> bool:
    """A token that comes back through the browser is taken as it is, and no code is needed any more."""
    if "access_token" not in parameters:
        return read(self, parameters)
    tokens = Tokens(parameters["access_token"], "Bearer", None, None, None, None, None, None)
    browser.exchange = lambda *_: tokens
    return True

"""The provider itself: what it is, its settings, clock and keys, and the way back to the beginning."""

from __future__ import annotations

from pydantic import BaseModel

from fakeprovider._version import __version__
from fakeprovider.control.errors import ApiError
from fakeprovider.control.openapi import document
from fakeprovider.control.operation import ApiRequest
from fakeprovider.control.requests import A_CENTURY, KeyStep, SettingsView
from fakeprovider.control.responses import ClockView, DialectView, IssuerView, KeysView, MarkView, Overview, SecretView
from fakeprovider.dialects import dialects
from fakeprovider.errors import SettingError
from fakeprovider.server.answer import Answer
from fakeprovider.settings import CHECKS
from fakeprovider.tokens.key_ring import KeyRing


def overview(request: ApiRequest) -> Overview:
    """Show what is served here, and every operation of this API."""
    return Overview(
        **IssuerView.of(request.provider, request.control.url).model_dump(),
        version=__version__,
        operations=[f"{one.method} {one.path}" for one in request.operations if not one.hidden],
        issuers=[IssuerView.of(one.provider, one.url) for one in request.control.issuers],
        crashes=[f"{type(error).__name__}: {error}" for error in request.provider.crashes],
    )


def openapi(request: ApiRequest) -> Answer:
    """Describe this API as an OpenAPI 3.1 document."""
    return Answer.json(document(request.operations, request.control.url, with_token=bool(request.control.token)))


def list_dialects(request: ApiRequest) -> list[DialectView]:
    """List the provider families that can be imitated."""
    return [DialectView(name=name, documentation=kind.__doc__ or "") for name, kind in dialects().items()]


def list_secrets(request: ApiRequest) -> list[SecretView]:
    """List every secret the provider minted: what must not turn up in a tool's output, logs or arguments."""
    return [SecretView(kind=secret.kind, value=secret.value) for secret in request.provider.secrets]


def reset(request: ApiRequest) -> MarkView:
    """Reset the provider to where it began: nobody signed in, nothing armed, the journal empty.

    Settings, accounts, clients, the user's decision, keys and clock are as they were when serving began. Exchange
    numbers go on.
    """
    request.control.reset()
    return MarkView(mark=request.provider.journal.mark())


def take_down(request: ApiRequest) -> MarkView:
    """Refuse every connection for some seconds, to this API too, and close those that are open.

    It cannot be ended earlier: a request to do so would be refused as well. Providers behind the same socket are down
    too.
    """
    request.provider.down()
    request.control.fault_registry.call_later(request.body.seconds, request.provider.up)
    return MarkView(mark=request.provider.journal.mark())


def show_settings(request: ApiRequest) -> BaseModel:
    """Show every setting of the provider."""
    return SettingsView(**{name: getattr(request.provider, name) for name in CHECKS})


def change_settings(request: ApiRequest) -> BaseModel:
    """Change the settings that are sent; none of them, if one is not accepted."""
    request.provider.apply(request.body.model_dump(exclude_unset=True))
    return show_settings(request)


def show_clock(request: ApiRequest) -> ClockView:
    """Show what time it is for the provider."""
    clock = request.provider.clock
    return ClockView(now=clock.now(), advanced=clock.advanced)


def advance_clock(request: ApiRequest) -> ClockView:
    """Advance the provider's clock: tokens and codes expire at once, nobody waits."""
    clock, seconds = request.provider.clock, request.body.seconds
    if abs(clock.advanced + seconds) > A_CENTURY:
        raise ApiError(409, f"seconds: {seconds:g} more would be over a century off", {"seconds": "too many"})
    clock.advance(seconds)
    return show_clock(request)


def show_keys(request: ApiRequest) -> KeysView:
    """Show which key signs, and which keys are published in the JWKS."""
    ring = request.provider.keys
    return KeysView(signs=ring.active.kid, algorithm=ring.active.algorithm, jwks=ring.jwks())


def rotate_keys(request: ApiRequest) -> KeysView:
    """Take one step of a key rotation, in any order: publish before signing as it should be, or the other way round."""
    try:
        _take_step(request.provider.keys, request.body)
    except SettingError as error:
        raise ApiError(404, str(error), {"kid": str(error)}) from None
    return show_keys(request)


def _take_step(ring: KeyRing, step: KeyStep) -> None:
    signing = ring.active  # the first key takes its place, and its name, before any other
    if step.step == "rotate":
        ring.rotate(keep_old=step.keep_old)
    elif step.step == "publish":
        ring.publish(ring.new(kid=step.kid))
    elif step.step == "sign":
        ring.sign_with(ring.new() if step.kid is None else step.kid)
    elif step.step == "retire":
        ring.retire(signing.kid if step.kid is None else step.kid)
    else:
        ring.replace()

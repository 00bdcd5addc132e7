"""The signing keys, and the steps of a rotation."""

from __future__ import annotations

from fakeprovider.control.bodies import KeyStep
from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.shapes import KeysView
from fakeprovider.errors import SettingError
from fakeprovider.key_ring import KeyRing


def keys(ask: Ask) -> KeysView:
    """Which key signs, and which ones the world is told of."""
    ring = ask.provider.keys
    return KeysView(signs=ring.active.kid, algorithm=ring.active.algorithm, jwks=ring.jwks())


def step(ask: Ask) -> KeysView:
    """Take one step of a rotation, in whatever order: publish before sign as it should be, or the other way round."""
    try:
        _take(ask.provider.keys, ask.body)
    except SettingError as error:
        raise Rejection(404, str(error), {"kid": str(error)}) from None
    return keys(ask)


def _take(ring: KeyRing, step: KeyStep) -> None:
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

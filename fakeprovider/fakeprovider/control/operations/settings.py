"""The knobs."""

from __future__ import annotations

from pydantic import BaseModel

from fakeprovider.control.knobs import SettingsView
from fakeprovider.control.operation import Ask
from fakeprovider.settings import CHECKS


def knobs(ask: Ask) -> BaseModel:
    """Every knob as it stands."""
    return SettingsView(**{name: getattr(ask.provider, name) for name in CHECKS})


def turn(ask: Ask) -> BaseModel:
    """Turn some knobs, all of them or, where one of them means nothing, none."""
    ask.provider.apply(ask.body.model_dump(exclude_unset=True))
    return knobs(ask)

"""What the forms of the page do: the operations of the control API, with the page as the answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from pydantic import BaseModel

from fakeprovider.console.page import base, show
from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.operations import faults, identity, provider
from fakeprovider.control.requests import Advance, Arming, Ending, UserChange
from fakeprovider.control.validation import validated
from fakeprovider.errors import SettingError
from fakeprovider.server.answer import Answer


def arm(ask: Ask) -> Answer:
    """Arm the fault that was typed."""
    return _act(ask, "faults", lambda: faults.arm(_with(ask, Arming, _typed(ask, "text", "seconds"))))


def disarm(ask: Ask) -> Answer:
    """Disarm one fault."""
    return _act(ask, "faults", lambda: faults.disarm(ask))


def advance(ask: Ask) -> Answer:
    """Let time pass."""
    return _act(ask, "clock", lambda: provider.advance(_with(ask, Advance, _typed(ask, "seconds"))))


def decide(ask: Ask) -> Answer:
    """Let the person at the browser, or another one, decide otherwise."""
    return _act(ask, "user", lambda: identity.decide(_with(ask, UserChange, _typed(ask, "person", "decision"))))


def end(ask: Ask) -> Answer:
    """End one session."""
    ending = dataclasses.replace(ask, query=Ending())
    return _act(ask, "sessions", lambda: identity.end(ending))


def clear(ask: Ask) -> Answer:
    """Let go of all exchanges."""
    return _act(ask, "exchanges", lambda: provider.clear(ask))


def reset(ask: Ask) -> Answer:
    """Bring everything back to where it began."""
    return _act(ask, "exchanges", lambda: provider.reset(ask))


def _act(ask: Ask, form: str, do: Callable[[], object]) -> Answer:
    """Do it and send the browser back to the page, or show the page with what was wrong at that form."""
    try:
        do()
    except Rejection as rejection:
        return show(ask, {form: rejection.message}, ask.request.form.to_dict())
    except SettingError as error:
        return show(ask, {form: str(error)}, ask.request.form.to_dict())
    return Answer.redirect(f"{base(ask)}/console#{form}", 303)


def _typed(ask: Ask, *names: str) -> dict[str, str]:
    """What was filled in of the form."""
    return {name: value for name in names if (value := ask.request.form.get(name, "").strip())}


def _with(ask: Ask, model: type[BaseModel], members: Mapping[str, str]) -> Ask:
    """The same request with a body, read from a form: its numbers are text."""
    return dataclasses.replace(ask, body=validated(model, members, strict=False))

"""What the forms of the page do: the operations of the control API, with the page as the answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from pydantic import BaseModel

from fakeprovider.console.page import base_path, show
from fakeprovider.control.errors import ApiError, validate
from fakeprovider.control.operation import ApiRequest
from fakeprovider.control.operations import faults, identity, journal, provider
from fakeprovider.control.requests import Advance, Arming, Ending, UserChange
from fakeprovider.errors import SettingError
from fakeprovider.server.answer import Answer


def arm(request: ApiRequest) -> Answer:
    """Arm the fault that was typed."""
    return _act(
        request, "faults", lambda: faults.arm(_with_body(request, Arming, _filled_in(request, "text", "seconds")))
    )


def disarm(request: ApiRequest) -> Answer:
    """Disarm one fault."""
    return _act(request, "faults", lambda: faults.disarm(request))


def advance_clock(request: ApiRequest) -> Answer:
    """Advance the provider's clock."""
    return _act(
        request, "clock", lambda: provider.advance_clock(_with_body(request, Advance, _filled_in(request, "seconds")))
    )


def decide(request: ApiRequest) -> Answer:
    """Choose who signs in at the browser and what they decide."""
    return _act(
        request,
        "user",
        lambda: identity.decide(_with_body(request, UserChange, _filled_in(request, "person", "decision"))),
    )


def end_session(request: ApiRequest) -> Answer:
    """End one session."""
    with_reason = dataclasses.replace(request, query=Ending())
    return _act(request, "sessions", lambda: identity.end_session(with_reason))


def clear_journal(request: ApiRequest) -> Answer:
    """Delete all exchanges."""
    return _act(request, "exchanges", lambda: journal.clear_journal(request))


def reset(request: ApiRequest) -> Answer:
    """Reset the provider to where it began."""
    return _act(request, "exchanges", lambda: provider.reset(request))


def _act(request: ApiRequest, form: str, operation: Callable[[], object]) -> Answer:
    """Carry out the operation and redirect to the page, or show the page with the error message at that form."""
    try:
        operation()
    except ApiError as error:
        return show(request, {form: error.message}, request.http.form.to_dict())
    except SettingError as error:
        return show(request, {form: str(error)}, request.http.form.to_dict())
    return Answer.redirect(f"{base_path(request)}/console#{form}", 303)


def _filled_in(request: ApiRequest, *names: str) -> dict[str, str]:
    """Return the fields of the form that were filled in."""
    return {name: value for name in names if (value := request.http.form.get(name, "").strip())}


def _with_body(request: ApiRequest, model: type[BaseModel], members: Mapping[str, str]) -> ApiRequest:
    """Return the request with a body made of form fields; numbers in them are text."""
    return dataclasses.replace(request, body=validate(model, members, strict=False))

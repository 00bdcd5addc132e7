"""The verification page (RFC 8628 3.3): where the person types the user code and decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.pages import render
from fakeprovider.server.answer import Answer
from fakeprovider.state.store import DeviceCode

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Return the form or the page at its end; early errors too tell the person to return to the terminal."""
    values, named = call.parameters, call.provider.dialect.user_code_parameter
    typed = (values.get("user_code") or values.get(named) or call.request.args.get(named, "")).strip()
    with call.provider.store.lock:
        code = call.provider.store.by_user_code(typed) if typed else None
        problem = _problem(call, typed, code)
        if call.request.method == "POST" and code is not None and not problem:
            return _decide(call, typed, code)
        if problem and (typed or call.request.method == "POST"):
            call.note = problem
            status = 400 if call.request.method == "POST" else 200
            again = {} if code else {"again": call.request.path}
            return render("finished.html", status, title="That did not work", message=problem, **again)
        return _form(typed, code)


def _form(typed: str, code: DeviceCode | None) -> Answer:
    return render("device.html", user_code=code.user_code if code else typed, client_id=code.client_id if code else "")


def _problem(call: Call, typed: str, code: DeviceCode | None) -> str:
    if code is None:
        return f"The code {typed!r} is not known here." if typed else "No code was typed."
    if code.expires_at <= call.at:
        return "The code has expired."
    if code.status != "pending":
        return f"The code was {code.status} already."
    return ""


def _decide(call: Call, typed: str, code: DeviceCode) -> Answer:
    decision = call.parameters.get("decision", "")
    if decision not in ("approve", "deny"):
        return _form(typed, code)
    if decision == "deny":
        code.status = "denied"
        return render("finished.html", title="Denied", message="The device was not signed in.")
    code.status = "approved"
    code.subject = call.provider.user.person.sub
    return render("finished.html", title="You are signed in", message="The device is signed in now.")

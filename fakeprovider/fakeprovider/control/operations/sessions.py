"""Sign-ins, and tokens for a client's store."""

from __future__ import annotations

import dataclasses

from fakeprovider.control.bodies import Ending
from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.operations.users import find
from fakeprovider.control.shapes import IssuedView, SessionView
from fakeprovider.provider import Provider
from fakeprovider.store import Session


def sessions(ask: Ask) -> list[SessionView]:
    """Every sign-in that is remembered, with its family of refresh tokens."""
    with ask.provider.store.lock:
        return [_view(ask.provider, session) for session in ask.provider.store.sessions.values()]


def look(ask: Ask) -> SessionView:
    """One sign-in."""
    with ask.provider.store.lock:
        return _view(ask.provider, _find(ask))


def end(ask: Ask) -> SessionView:
    """End one session behind its client's back: all its tokens are worthless from now on."""
    store = ask.provider.store
    with store.lock:
        session = _find(ask)
        store.end_session(session, ask.query.why, ask.provider.clock.now())
        return _view(ask.provider, session)


def end_all(ask: Ask) -> list[SessionView]:
    """End every session."""
    ask.provider.end_sessions(ask.query.why)
    return sessions(ask)


def issue(ask: Ask) -> IssuedView:
    """Sign somebody in without a flow and hand over the tokens, for seeding a client's store; no fault touches them."""
    given = ask.body.model_dump(exclude={"person", "audience"})
    person = find(ask.provider, ask.body.person) if ask.body.person is not None else None
    issued = ask.provider.issue(**given, person=person, audience=tuple(ask.body.audience))
    members = {field.name: getattr(issued, field.name) for field in dataclasses.fields(issued)}
    return IssuedView(**{**members, "members": dict(issued.members)})


def _find(ask: Ask) -> Session:
    session = ask.provider.store.sessions.get(ask.values["id"])
    if session is None:
        raise Rejection(404, f"no session {ask.values['id']!r} is known; GET /sessions lists those there are")
    return session


def _view(provider: Provider, session: Session) -> SessionView:
    family = [token for token in provider.store.refresh_tokens.values() if token.session is session]
    return SessionView.of(session, sorted(family, key=lambda token: token.generation))


__all__ = ["Ending", "end", "end_all", "issue", "look", "sessions"]

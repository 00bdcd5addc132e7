"""Accounts, and the person at the browser."""

from __future__ import annotations

import dataclasses

from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.requests import Ending
from fakeprovider.control.responses import BrowserView, ClientView, IssuedView, SessionView, UserView
from fakeprovider.provider import Provider
from fakeprovider.state.store import Session
from fakeprovider.state.users import Person


def users(ask: Ask) -> list[UserView]:
    """Every account."""
    return [UserView.of(person) for person in ask.provider.people]


def create(ask: Ask) -> UserView:
    """Give somebody an account; what is left out is invented. One with the same `sub` is replaced."""
    return UserView.of(ask.provider.people.new(**ask.body.known()))


def browser(ask: Ask) -> BrowserView:
    """Who signs in, and what they decide."""
    user = ask.provider.user
    return BrowserView(person=UserView.of(user.person), decision=user.decision, steps=list(user.steps))


def decide(ask: Ask) -> BrowserView:
    """Choose who signs in and what they decide: approve, deny, or ignore. A decision ends a script."""
    user = ask.provider.user
    person = find(ask.provider, ask.body.person) if ask.body.person is not None else user.person
    acts = {"approve": user.approves, "deny": user.denies, "ignore": user.ignores}
    if ask.body.decision is not None:
        acts[ask.body.decision]()
    user.person = person
    return browser(ask)


def script(ask: Ask) -> BrowserView:
    """Say step by step what the next polls of device clients are answered; then the decision holds again."""
    ask.provider.user.script(*ask.body.steps)
    return browser(ask)


def find(provider: Provider, hint: str) -> Person:
    """The person with that sub, email or user name, or the `Rejection` that lists everybody."""
    person = provider.people.find(hint)
    if person is None:
        known = ", ".join(repr(one.sub) for one in provider.people)
        raise Rejection(404, f"person: nobody is {hint!r}; there are {known}", {"person": f"nobody is {hint!r}"})
    return person


# FROM fakeprovider/fakeprovider/control/operations/clients.py: Registered clients.


def clients(ask: Ask) -> list[ClientView]:
    """Every registered client. Others are welcome too, unless `registered_clients_only` is set."""
    return [ClientView.of(record) for record in ask.provider.clients]


def register(ask: Ask) -> ClientView:
    """Register a client, in place of one with the same id."""
    return ClientView.of(ask.provider.clients.add(ask.body.record()))


# FROM fakeprovider/fakeprovider/control/operations/sessions.py: Sign-ins, and tokens for a client's store.


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

"""Who signs in at which client: accounts, the user's decisions, registered clients, sessions and tokens."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from fakeprovider.control.errors import ApiError
from fakeprovider.control.operation import ApiRequest
from fakeprovider.control.responses import BrowserView, ClientView, IssuedView, SessionView, UserView

if TYPE_CHECKING:
    from fakeprovider.state.store import Session, Store
    from fakeprovider.state.users import People, Person


def list_users(request: ApiRequest) -> list[UserView]:
    """List every account."""
    return [UserView.of(person) for person in request.provider.people]


def create_user(request: ApiRequest) -> UserView:
    """Create an account; what is left out is invented. One with the same `sub` is replaced."""
    return UserView.of(request.provider.people.new(**request.body.given()))


def show_browser(request: ApiRequest) -> BrowserView:
    """Show who signs in, and what they decide."""
    user = request.provider.user
    return BrowserView(person=UserView.of(user.person), decision=user.decision, steps=list(user.steps))


def decide(request: ApiRequest) -> BrowserView:
    """Choose who signs in and what they decide: approve, deny, or ignore. A decision ends a script."""
    user = request.provider.user
    hint = request.body.person
    person = _find_person(request.provider.people, hint) if hint is not None else user.person
    decisions = {"approve": user.approves, "deny": user.denies, "ignore": user.ignores}
    if request.body.decision is not None:
        decisions[request.body.decision]()
    user.person = person
    return show_browser(request)


def script_polls(request: ApiRequest) -> BrowserView:
    """Script step by step what the next polls of device clients are answered; then the decision holds again."""
    request.provider.user.script(*request.body.steps)
    return show_browser(request)


def list_clients(request: ApiRequest) -> list[ClientView]:
    """List every registered client. Others are served too, unless `registered_clients_only` is set."""
    return [ClientView.of(record) for record in request.provider.clients]


def register_client(request: ApiRequest) -> ClientView:
    """Register a client, in place of one with the same id."""
    return ClientView.of(request.provider.clients.add(request.body.record()))


def list_sessions(request: ApiRequest) -> list[SessionView]:
    """List every sign-in that is remembered, with its family of refresh tokens."""
    store = request.provider.store
    with store.lock:
        return [_session_view(store, session) for session in store.sessions.values()]


def show_session(request: ApiRequest) -> SessionView:
    """Show one sign-in."""
    store = request.provider.store
    with store.lock:
        return _session_view(store, _find_session(request))


def end_session(request: ApiRequest) -> SessionView:
    """End one session without the client being told: none of its tokens is accepted from now on."""
    store = request.provider.store
    with store.lock:
        session = _find_session(request)
        store.end_session(session, request.query.why, request.provider.clock.now())
        return _session_view(store, session)


def end_all_sessions(request: ApiRequest) -> list[SessionView]:
    """End every session."""
    request.provider.end_sessions(request.query.why)
    return list_sessions(request)


def issue_tokens(request: ApiRequest) -> IssuedView:
    """Sign somebody in without a flow and return the tokens, for seeding a client's store; no fault touches them."""
    given = request.body.model_dump(exclude={"person", "audience"})
    hint = request.body.person
    person = _find_person(request.provider.people, hint) if hint is not None else None
    issued = request.provider.issue(**given, person=person, audience=tuple(request.body.audience))
    members = {field.name: getattr(issued, field.name) for field in dataclasses.fields(issued)}
    return IssuedView(**{**members, "members": dict(issued.members)})


def _find_person(people: People, hint: str) -> Person:
    """Return the person with that sub, email or user name, or an `ApiError` (404) that lists everybody."""
    person = people.find(hint)
    if person is None:
        known = ", ".join(repr(one.sub) for one in people)
        raise ApiError(404, f"person: nobody is {hint!r}; there are {known}", {"person": f"nobody is {hint!r}"})
    return person


def _find_session(request: ApiRequest) -> Session:
    number = request.parameters["id"]
    session = request.provider.store.sessions.get(number)
    if session is None:
        raise ApiError(404, f"no session {number!r} is known; GET /sessions lists those there are")
    return session


def _session_view(store: Store, session: Session) -> SessionView:
    family = [token for token in store.refresh_tokens.values() if token.session.id == session.id]
    return SessionView.of(session, sorted(family, key=lambda token: token.generation))

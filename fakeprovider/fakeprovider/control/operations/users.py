"""Accounts, and the person at the browser."""

from __future__ import annotations

from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.shapes import BrowserView, UserView
from fakeprovider.people import Person
from fakeprovider.provider import Provider


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

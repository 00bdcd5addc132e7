"""Every operation of the control API, in one table: what it reads like is what it does."""

from __future__ import annotations

from typing import Final

from fakeprovider.console import acts, page, resources
from fakeprovider.control import bodies, shapes
from fakeprovider.control.knobs import SettingsChange, SettingsView
from fakeprovider.control.operation import Operation
from fakeprovider.control.operations import clients, clock, faults, journal, keys, sessions, settings, users, whole

NOT_THERE: Final = {404: "There is none of that name"}
CONTRADICTION: Final = {409: "It cannot be done as things stand"}
_ARMED: Final = list[shapes.ArmedView]

OPERATIONS: Final = (
    Operation("GET", "/", whole.overview, shapes.Overview),
    Operation("GET", "/openapi.json", whole.openapi, dict),
    Operation("GET", "/dialects", whole.dialects, list[shapes.DialectView]),
    Operation("POST", "/reset", whole.reset, shapes.MarkView, changes="everything"),
    Operation("POST", "/down", whole.down, shapes.MarkView, bodies.Outage),
    Operation("GET", "/events", whole.events, "text/event-stream", query=bodies.Since),
    # who signs in
    Operation("GET", "/users", users.users, list[shapes.UserView]),
    Operation("POST", "/users", users.create, shapes.UserView, bodies.NewUser, status=201, changes="users"),
    Operation("GET", "/user", users.browser, shapes.BrowserView),
    Operation("PATCH", "/user", users.decide, shapes.BrowserView, bodies.UserChange, also=NOT_THERE, changes="user"),
    Operation("PUT", "/user/polls", users.script, shapes.BrowserView, bodies.Polls, changes="user"),
    # at which client
    Operation("GET", "/clients", clients.clients, list[shapes.ClientView]),
    Operation("POST", "/clients", clients.register, shapes.ClientView, bodies.NewClient, status=201, changes="clients"),
    # what goes wrong
    Operation("GET", "/catalogue", faults.known, list[shapes.FaultView]),
    Operation("GET", "/catalogue/{name}", faults.one, shapes.FaultView, also=NOT_THERE),
    Operation("GET", "/faults", faults.armed, _ARMED),
    Operation("POST", "/faults", faults.arm, _ARMED, bodies.Arming, status=201, changes="faults"),
    Operation("DELETE", "/faults", faults.disarm_all, _ARMED, changes="faults"),
    Operation("GET", "/faults/{id}", faults.look, shapes.ArmedView, also=NOT_THERE),
    Operation("DELETE", "/faults/{id}", faults.disarm, shapes.ArmedView, also=NOT_THERE, changes="faults"),
    Operation("POST", "/faults/{id}/release", faults.release, shapes.ArmedView, also=NOT_THERE | CONTRADICTION),
    Operation("POST", "/scripts", faults.script, _ARMED, bodies.Script, status=201, changes="faults"),
    # time and keys
    Operation("GET", "/clock", clock.now, shapes.ClockView),
    Operation(
        "POST", "/clock/advance", clock.advance, shapes.ClockView, bodies.Advance, also=CONTRADICTION, changes="clock"
    ),
    Operation("GET", "/keys", keys.keys, shapes.KeysView),
    Operation("POST", "/keys", keys.step, shapes.KeysView, bodies.KeyStep, also=NOT_THERE, changes="keys"),
    # who is signed in
    Operation("GET", "/sessions", sessions.sessions, list[shapes.SessionView]),
    Operation(
        "DELETE", "/sessions", sessions.end_all, list[shapes.SessionView], query=bodies.Ending, changes="sessions"
    ),
    Operation("GET", "/sessions/{id}", sessions.look, shapes.SessionView, also=NOT_THERE),
    Operation(
        "DELETE",
        "/sessions/{id}",
        sessions.end,
        shapes.SessionView,
        query=bodies.Ending,
        also=NOT_THERE,
        changes="sessions",
    ),
    Operation(
        "POST",
        "/tokens",
        sessions.issue,
        shapes.IssuedView,
        bodies.Seeding,
        status=201,
        also=NOT_THERE,
        changes="sessions",
    ),
    Operation("GET", "/secrets", whole.secrets, list[shapes.SecretView]),
    # how strict it is
    Operation("GET", "/settings", settings.knobs, SettingsView),
    Operation("PATCH", "/settings", settings.turn, SettingsView, SettingsChange, changes="settings"),
    # what happened
    Operation("GET", "/journal", journal.exchanges, shapes.JournalView, query=bodies.Listing),
    Operation("DELETE", "/journal", journal.clear, shapes.MarkView, changes="journal"),
    Operation("GET", "/journal/wait", journal.wait, shapes.ExchangeView, query=bodies.Waiting, also=NOT_THERE),
    Operation("GET", "/journal/har", journal.har, shapes.HarView),
    Operation("GET", "/journal/timeline", journal.timeline, "text/plain", query=bodies.Since),
    # for people at a browser
    Operation("GET", "/console", page.page, "text/html", query=bodies.Since, hidden=True),
    Operation("GET", "/console/{file}", resources.resource, "text/plain", hidden=True),
    Operation("POST", "/console/faults", acts.arm, "text/html", changes="faults", hidden=True),
    Operation("POST", "/console/faults/{id}/disarm", acts.disarm, "text/html", changes="faults", hidden=True),
    Operation("POST", "/console/clock", acts.advance, "text/html", changes="clock", hidden=True),
    Operation("POST", "/console/user", acts.decide, "text/html", changes="user", hidden=True),
    Operation("POST", "/console/sessions/{id}/end", acts.end, "text/html", changes="sessions", hidden=True),
    Operation("POST", "/console/clear", acts.clear, "text/html", changes="journal", hidden=True),
    Operation("POST", "/console/reset", acts.reset, "text/html", changes="everything", hidden=True),
)

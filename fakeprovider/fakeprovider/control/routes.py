"""Every operation of the control API, in one table: what it reads like is what it does."""

from __future__ import annotations

from typing import Final

from fakeprovider.console import actions, page
from fakeprovider.control import requests, responses
from fakeprovider.control.operation import Operation
from fakeprovider.control.operations import faults, identity, provider
from fakeprovider.control.requests import SettingsChange, SettingsView

NOT_THERE: Final = {404: "There is none of that name"}
CONTRADICTION: Final = {409: "It cannot be done as things stand"}
_ARMED: Final = list[responses.ArmedView]

OPERATIONS: Final = (
    Operation("GET", "/", provider.overview, responses.Overview),
    Operation("GET", "/openapi.json", provider.openapi, dict),
    Operation("GET", "/dialects", provider.dialects, list[responses.DialectView]),
    Operation("POST", "/reset", provider.reset, responses.MarkView, changes="everything"),
    Operation("POST", "/down", provider.down, responses.MarkView, requests.Outage),
    Operation("GET", "/events", provider.events, "text/event-stream", query=requests.Since),
    # who signs in
    Operation("GET", "/users", identity.users, list[responses.UserView]),
    Operation("POST", "/users", identity.create, responses.UserView, requests.NewUser, status=201, changes="users"),
    Operation("GET", "/user", identity.browser, responses.BrowserView),
    Operation(
        "PATCH", "/user", identity.decide, responses.BrowserView, requests.UserChange, also=NOT_THERE, changes="user"
    ),
    Operation("PUT", "/user/polls", identity.script, responses.BrowserView, requests.Polls, changes="user"),
    # at which client
    Operation("GET", "/clients", identity.clients, list[responses.ClientView]),
    Operation(
        "POST", "/clients", identity.register, responses.ClientView, requests.NewClient, status=201, changes="clients"
    ),
    # what goes wrong
    Operation("GET", "/catalogue", faults.known, list[responses.FaultView]),
    Operation("GET", "/catalogue/{name}", faults.one, responses.FaultView, also=NOT_THERE),
    Operation("GET", "/faults", faults.armed, _ARMED),
    Operation("POST", "/faults", faults.arm, _ARMED, requests.Arming, status=201, changes="faults"),
    Operation("DELETE", "/faults", faults.disarm_all, _ARMED, changes="faults"),
    Operation("GET", "/faults/{id}", faults.look, responses.ArmedView, also=NOT_THERE),
    Operation("DELETE", "/faults/{id}", faults.disarm, responses.ArmedView, also=NOT_THERE, changes="faults"),
    Operation("POST", "/faults/{id}/release", faults.release, responses.ArmedView, also=NOT_THERE | CONTRADICTION),
    Operation("POST", "/scripts", faults.script, _ARMED, requests.Script, status=201, changes="faults"),
    # time and keys
    Operation("GET", "/clock", provider.now, responses.ClockView),
    Operation(
        "POST",
        "/clock/advance",
        provider.advance,
        responses.ClockView,
        requests.Advance,
        also=CONTRADICTION,
        changes="clock",
    ),
    Operation("GET", "/keys", provider.keys, responses.KeysView),
    Operation("POST", "/keys", provider.step, responses.KeysView, requests.KeyStep, also=NOT_THERE, changes="keys"),
    # who is signed in
    Operation("GET", "/sessions", identity.sessions, list[responses.SessionView]),
    Operation(
        "DELETE", "/sessions", identity.end_all, list[responses.SessionView], query=requests.Ending, changes="sessions"
    ),
    Operation("GET", "/sessions/{id}", identity.look, responses.SessionView, also=NOT_THERE),
    Operation(
        "DELETE",
        "/sessions/{id}",
        identity.end,
        responses.SessionView,
        query=requests.Ending,
        also=NOT_THERE,
        changes="sessions",
    ),
    Operation(
        "POST",
        "/tokens",
        identity.issue,
        responses.IssuedView,
        requests.Seeding,
        status=201,
        also=NOT_THERE,
        changes="sessions",
    ),
    Operation("GET", "/secrets", provider.secrets, list[responses.SecretView]),
    # how strict it is
    Operation("GET", "/settings", provider.knobs, SettingsView),
    Operation("PATCH", "/settings", provider.turn, SettingsView, SettingsChange, changes="settings"),
    # what happened
    Operation("GET", "/journal", provider.exchanges, responses.JournalView, query=requests.Listing),
    Operation("DELETE", "/journal", provider.clear, responses.MarkView, changes="journal"),
    Operation("GET", "/journal/wait", provider.wait, responses.ExchangeView, query=requests.Waiting, also=NOT_THERE),
    Operation("GET", "/journal/har", provider.har, responses.HarView),
    Operation("GET", "/journal/timeline", provider.timeline, "text/plain", query=requests.Since),
    # for people at a browser
    Operation("GET", "/console", page.page, "text/html", query=requests.Since, hidden=True),
    Operation("GET", "/console/{file}", page.resource, "text/plain", hidden=True),
    Operation("POST", "/console/faults", actions.arm, "text/html", changes="faults", hidden=True),
    Operation("POST", "/console/faults/{id}/disarm", actions.disarm, "text/html", changes="faults", hidden=True),
    Operation("POST", "/console/clock", actions.advance, "text/html", changes="clock", hidden=True),
    Operation("POST", "/console/user", actions.decide, "text/html", changes="user", hidden=True),
    Operation("POST", "/console/sessions/{id}/end", actions.end, "text/html", changes="sessions", hidden=True),
    Operation("POST", "/console/clear", actions.clear, "text/html", changes="journal", hidden=True),
    Operation("POST", "/console/reset", actions.reset, "text/html", changes="everything", hidden=True),
)

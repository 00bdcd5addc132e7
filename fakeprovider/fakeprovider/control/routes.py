"""Every operation of the control API, in one table that reads like a table of contents.

The ids are function names in clients that were generated from the OpenAPI document, so they stay as they are.
"""

from __future__ import annotations

from typing import Final

from fakeprovider.console.routes import OPERATIONS as CONSOLE
from fakeprovider.control import requests, responses
from fakeprovider.control.operation import Operation
from fakeprovider.control.operations import faults, identity, journal, provider
from fakeprovider.control.requests import SettingsChange, SettingsView

_NOT_FOUND: Final = {404: "There is none of that name"}
_CONFLICT: Final = {409: "It cannot be done as things stand"}

_GENERAL: Final = (
    Operation("whole_overview", "GET", "/", provider.overview, responses.Overview),
    Operation("whole_openapi", "GET", "/openapi.json", provider.openapi, dict),
    Operation("whole_dialects", "GET", "/dialects", provider.list_dialects, list[responses.DialectView]),
    Operation("whole_reset", "POST", "/reset", provider.reset, responses.MarkView, changes="everything"),
    Operation("whole_down", "POST", "/down", provider.take_down, responses.MarkView, requests.Outage, local=True),
    Operation(
        "whole_events", "GET", "/events", journal.stream_events, "text/event-stream", query=requests.Since, local=True
    ),
)

_USERS: Final = (
    Operation("users_users", "GET", "/users", identity.list_users, list[responses.UserView]),
    Operation(
        "users_create",
        "POST",
        "/users",
        identity.create_user,
        responses.UserView,
        requests.NewUser,
        status=201,
        changes="users",
    ),
    Operation("users_browser", "GET", "/user", identity.show_browser, responses.BrowserView),
    Operation(
        "users_decide",
        "PATCH",
        "/user",
        identity.decide,
        responses.BrowserView,
        requests.UserChange,
        errors=_NOT_FOUND,
        changes="user",
    ),
    Operation(
        "users_script",
        "PUT",
        "/user/polls",
        identity.script_polls,
        responses.BrowserView,
        requests.Polls,
        changes="user",
    ),
)

_CLIENTS: Final = (
    Operation("clients_clients", "GET", "/clients", identity.list_clients, list[responses.ClientView]),
    Operation(
        "clients_register",
        "POST",
        "/clients",
        identity.register_client,
        responses.ClientView,
        requests.NewClient,
        status=201,
        changes="clients",
    ),
)

_FAULTS: Final = (
    Operation("faults_known", "GET", "/catalogue", faults.list_catalogue, list[responses.FaultView]),
    Operation("faults_one", "GET", "/catalogue/{name}", faults.show_catalogued, responses.FaultView, errors=_NOT_FOUND),
    Operation("faults_armed", "GET", "/faults", faults.list_armed, list[responses.ArmedView]),
    Operation(
        "faults_arm",
        "POST",
        "/faults",
        faults.arm,
        list[responses.ArmedView],
        requests.Arming,
        status=201,
        changes="faults",
    ),
    Operation("faults_disarm_all", "DELETE", "/faults", faults.disarm_all, list[responses.ArmedView], changes="faults"),
    Operation("faults_look", "GET", "/faults/{id}", faults.show_armed, responses.ArmedView, errors=_NOT_FOUND),
    Operation(
        "faults_disarm",
        "DELETE",
        "/faults/{id}",
        faults.disarm,
        responses.ArmedView,
        errors=_NOT_FOUND,
        changes="faults",
    ),
    Operation(
        "faults_release",
        "POST",
        "/faults/{id}/release",
        faults.release,
        responses.ArmedView,
        errors=_NOT_FOUND | _CONFLICT,
    ),
    Operation(
        "faults_script",
        "POST",
        "/scripts",
        faults.arm_script,
        list[responses.ArmedView],
        requests.Script,
        status=201,
        changes="faults",
    ),
)

_CLOCK_AND_KEYS: Final = (
    Operation("clock_now", "GET", "/clock", provider.show_clock, responses.ClockView),
    Operation(
        "clock_advance",
        "POST",
        "/clock/advance",
        provider.advance_clock,
        responses.ClockView,
        requests.Advance,
        errors=_CONFLICT,
        changes="clock",
    ),
    Operation("keys_keys", "GET", "/keys", provider.show_keys, responses.KeysView),
    Operation(
        "keys_step",
        "POST",
        "/keys",
        provider.rotate_keys,
        responses.KeysView,
        requests.KeyStep,
        errors=_NOT_FOUND,
        changes="keys",
    ),
)

_SESSIONS: Final = (
    Operation("sessions_sessions", "GET", "/sessions", identity.list_sessions, list[responses.SessionView]),
    Operation(
        "sessions_end_all",
        "DELETE",
        "/sessions",
        identity.end_all_sessions,
        list[responses.SessionView],
        query=requests.Ending,
        changes="sessions",
    ),
    Operation(
        "sessions_look", "GET", "/sessions/{id}", identity.show_session, responses.SessionView, errors=_NOT_FOUND
    ),
    Operation(
        "sessions_end",
        "DELETE",
        "/sessions/{id}",
        identity.end_session,
        responses.SessionView,
        query=requests.Ending,
        errors=_NOT_FOUND,
        changes="sessions",
    ),
    Operation(
        "sessions_issue",
        "POST",
        "/tokens",
        identity.issue_tokens,
        responses.IssuedView,
        requests.Seeding,
        status=201,
        errors=_NOT_FOUND,
        changes="sessions",
    ),
    Operation("whole_secrets", "GET", "/secrets", provider.list_secrets, list[responses.SecretView]),
)

_SETTINGS: Final = (
    Operation("settings_knobs", "GET", "/settings", provider.show_settings, SettingsView),
    Operation(
        "settings_turn",
        "PATCH",
        "/settings",
        provider.change_settings,
        SettingsView,
        SettingsChange,
        changes="settings",
    ),
)

_JOURNAL: Final = (
    Operation(
        "journal_exchanges", "GET", "/journal", journal.list_exchanges, responses.JournalView, query=requests.Listing
    ),
    Operation("journal_clear", "DELETE", "/journal", journal.clear_journal, responses.MarkView, changes="journal"),
    Operation(
        "journal_wait",
        "GET",
        "/journal/wait",
        journal.wait_for_exchange,
        responses.ExchangeView,
        query=requests.Waiting,
        errors=_NOT_FOUND,
    ),
    Operation("journal_har", "GET", "/journal/har", journal.export_har, responses.HarView),
    Operation(
        "journal_timeline", "GET", "/journal/timeline", journal.export_timeline, "text/plain", query=requests.Since
    ),
)

OPERATIONS: Final = (
    *_GENERAL,
    *_USERS,
    *_CLIENTS,
    *_FAULTS,
    *_CLOCK_AND_KEYS,
    *_SESSIONS,
    *_SETTINGS,
    *_JOURNAL,
    *CONSOLE,
)

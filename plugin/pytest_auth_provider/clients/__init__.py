"""Driving a command-line client: what we are told about it, where it runs, what it did."""

from __future__ import annotations

from pytest_auth_provider.adapters.loader import known_clients, load_adapter
from pytest_auth_provider.adapters.models import Adapter, HomePlan, Step, Switch
from pytest_auth_provider.adapters.phrases import Phrase
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.clients.credentials import CredentialFile
from pytest_auth_provider.clients.factory import prepare_home
from pytest_auth_provider.clients.files import FileChanges, SavedFiles
from pytest_auth_provider.clients.outcome import Outcome
from pytest_auth_provider.clients.running import Running
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.errors import AdapterError, ClientError, LoginFailed, ProgramMissing

__all__ = [
    "Adapter",
    "AdapterError",
    "Client",
    "ClientError",
    "CredentialFile",
    "FileChanges",
    "HomePlan",
    "LoginFailed",
    "Outcome",
    "Phrase",
    "ProgramMissing",
    "Running",
    "Sandbox",
    "SavedFiles",
    "Step",
    "Switch",
    "known_clients",
    "load_adapter",
    "prepare_home",
]

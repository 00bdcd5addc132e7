"""Drive a command-line client: the client, what it did, and the files it keeps.

factory       make the client under test, its sandbox and its provider; or several at the same time
client        run its actions
running       actions that run while the scenario goes on; whether a login worked
outcome       what one action did
crashes       what runtimes print as a program dies, and the line that says of what
echo          what its output only repeats of the answers it was given
sentences     whether its output tells a person something
disk, clock, policies   what scenarios do to a client, besides running it
disk_run      an action on a disk that misbehaves, with the proof that it did
sandbox       its HOME and its environment variables
environment   the browser and the network around it
files         the files below a directory, and what an action changed in them
credentials   the files that hold issued secrets, in whatever spelling
confine       a script that runs a program whose files have permission bits that hold for root, too
"""

from __future__ import annotations

from pytest_auth_provider.adapters.loader import known_clients, load_adapter
from pytest_auth_provider.adapters.models import Adapter, HomePlan, Step, Switch
from pytest_auth_provider.adapters.phrases import Phrase
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.clients.credentials import CredentialFile
from pytest_auth_provider.clients.disk import SavedFiles
from pytest_auth_provider.clients.factory import ClientGroup, prepare_home
from pytest_auth_provider.clients.running import Running
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.errors import AdapterError, ClientError, LoginFailed, ProgramMissing
from pytest_auth_provider.outcome.files import FileChanges
from pytest_auth_provider.outcome.outcome import Outcome

__all__ = [
    "Adapter",
    "AdapterError",
    "Client",
    "ClientError",
    "ClientGroup",
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

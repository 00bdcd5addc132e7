"""Where things are kept, by the conventions of the operating system (XDG on Linux)."""

from pathlib import Path

import platformdirs

APPLICATION = "auth-reference"
LINK_NAME = ".auth-reference.json"


def config_file() -> Path:
    """The settings a person writes by hand."""
    return platformdirs.user_config_path(APPLICATION) / "config.toml"


def credential_file() -> Path:
    """The sessions of every issuer and profile."""
    return platformdirs.user_data_path(APPLICATION) / "credentials.json"


def registration_file() -> Path:
    """The client ids that providers gave to this installation (RFC 7591)."""
    return platformdirs.user_data_path(APPLICATION) / "registrations.json"


def stack_cache_directory() -> Path:
    """The cached stack tokens."""
    return platformdirs.user_cache_path(APPLICATION) / "stack-tokens"


def link_file() -> Path:
    """The project link: which issuer this directory belongs to."""
    return Path.cwd() / LINK_NAME

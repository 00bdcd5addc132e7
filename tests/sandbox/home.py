"""A home that stands for the real one, full of what no client under test may touch."""

from __future__ import annotations

import hashlib
from pathlib import Path

CANARIES = {
    ".netrc": "machine example.com login ada password lovelace\n",
    ".profile": "export EDITOR=ed\n",
    ".ssh/config": "Host example\n",
    ".aws/credentials": "[default]\naws_access_key_id = canary\n",
    ".config/reference-client/session.json": '{"refresh_token": "canary"}\n',
    ".config/gh/hosts.yml": "github.com: {}\n",
    ".config/rclone/rclone.conf": "[photos]\n",
    ".local/share/keyrings/login.keyring": "canary",
    ".cache/reference-client/jwks.json": "{}\n",
    ".toy/session.json": "canary\n",
}


def furnish(home: Path) -> None:
    """Put every canary in its place."""
    for name, text in CANARIES.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def state(directory: Path) -> dict[str, tuple[int, int, str]]:
    """Everything below a directory, by its path: mode, last change in nanoseconds, hash of what it holds."""
    return {str(path.relative_to(directory)): _state(path) for path in sorted(directory.rglob("*"))}


def _state(path: Path) -> tuple[int, int, str]:
    status = path.lstat()
    content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return status.st_mode, status.st_mtime_ns, content

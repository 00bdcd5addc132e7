"""The version of a tool, as it prints it itself."""

from __future__ import annotations

import pytest

from pytest_auth_provider.clients.factory import VERSION

PRINTED = {
    "aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0 source/x86_64.debian.12 prompt/off": "2.9.19",
    "codex-cli 0.169.0": "0.169.0",
    "gh version 2.23.0 (2023-02-27 Debian 2.23.0+dfsg1-1)": "2.23.0",
    "rclone v1.60.1-DEV\n- os/version: debian 12.0 (64 bit)": "1.60.1-DEV",
    "osa 0.9.0": "0.9.0",
    "spec-kitty-cli version 4.0.0rc6": "4.0.0rc6",
    "5.0.1": "5.0.1",
    "acme v7, built 2026-01-31": "7",
}


@pytest.mark.parametrize(("printed", "version"), PRINTED.items())
def test_the_version_is_found_in_what_is_printed(printed: str, version: str) -> None:
    """Whatever stands around it, and whatever else has a version there."""
    found = VERSION.search(printed)
    assert found is not None
    assert found[1] == version

"""A session bus of our own: a real `dbus-daemon` that knows no services and starts none."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_CONFIGURATION: Final = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={directory}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""No directories of services: nobody's real keyring is ever started."""


_DAEMON: Final = "dbus-daemon"


def why_no_bus() -> str:
    """Return why there can be no bus on this machine; empty where there can."""
    if shutil.which(_DAEMON) is None:
        return "there is no `dbus-daemon` on this machine (Debian: apt-get install dbus-daemon)"
    if importlib.util.find_spec("jeepney") is None:
        return "the package `jeepney` is not installed (pip install 'pytest-auth-provider[keyring]')"
    return ""


class PrivateBus:
    """A session bus that serves until it is closed, at `address`."""

    def __init__(self) -> None:
        # Not in the sandbox: the path of a socket has to be short (unix(7)).
        self._directory = Path(tempfile.mkdtemp(prefix="bus-"))
        configuration = self._directory / "bus.conf"
        configuration.write_text(_CONFIGURATION.format(directory=self._directory), encoding="utf-8")
        self._daemon = subprocess.Popen(
            [shutil.which(_DAEMON) or _DAEMON, f"--config-file={configuration}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._daemon.stdout is not None
        self.address = self._daemon.stdout.readline().strip()

    def close(self) -> None:
        """End the bus; whoever is connected to it is cut off."""
        self._daemon.terminate()
        self._daemon.wait()
        if self._daemon.stdout is not None:
            self._daemon.stdout.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

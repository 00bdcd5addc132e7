"""A callback port can be had again at once, also by a client that does not ask for one in TIME_WAIT."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from fakeprovider import Provider
from pytest_auth_provider.clients import Adapter, Step
from tests.support.sandboxed import NewClient

CLIENT = """
import os, socket, subprocess, sys, urllib.parse

listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
listening.bind(("127.0.0.1", int(sys.argv[1])))
listening.listen()
query = {"response_type": "code", "client_id": "strict", "redirect_uri": f"http://127.0.0.1:{sys.argv[1]}/back"}
query |= {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
subprocess.Popen([os.environ["BROWSER"], os.environ["AUTHORIZE"] + "?" + urllib.parse.urlencode(query)])
connection, _ = listening.accept()
asked = connection.recv(65536)
connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\nConnection: close\\r\\n\\r\\ndone")
connection.close()
print("code=" in asked.decode())
"""


def test_a_strict_listener_finds_its_port_free(new_client: NewClient, provider: Provider, tmp_path: Path) -> None:
    """The end of the connection that closes first would hold the port for a minute; the browser takes that back."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "client.py").write_text(CLIENT)
    login = (Step((str(tmp_path / "client.py"), str(port))),)
    adapter = Adapter(
        "strict", (sys.executable,), {"login": login}, env={"AUTHORIZE": "{authorization}"}, ports=(port,), timeout=30
    )
    client = new_client(adapter, provider)
    for _ in range(3):
        outcome = client.attempt_login()
        assert (outcome.exit_code, outcome.stdout) == (0, "True\n"), outcome.describe()

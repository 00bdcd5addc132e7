"""A server starts, stops, goes down and comes up again without leaving anything behind."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import re
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakeprovider.server import PortInUse, Request, Server
from fakeprovider.server.answer import Answer

Serve = Callable[..., Server]
Dial = Callable[[Server], socket.socket]
Say = Callable[[Server, bytes], bytes]
Ask = Callable[..., tuple[int, Any]]
Hear = Callable[[socket.socket], bytes]

GET = b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n"


def nothing(request: Request) -> Answer:
    """Answer anything."""
    return Answer()


def open_files() -> list[int]:
    """The descriptors this process has open."""
    return sorted(int(entry.name) for entry in Path("/dev/fd").iterdir())


def test_the_port_is_known_once_started(serve: Serve) -> None:
    """Port 0 becomes a free port; both are plain attributes."""
    server = serve()
    assert (server.host, server.running) == ("127.0.0.1", True)
    assert server.port > 0


def test_stop_leaves_nothing_behind(dial: Dial, ask: Ask) -> None:
    """No thread, no socket, no open file, after use and without any use."""
    gc.collect()
    files, threads = open_files(), threading.active_count()
    for _ in range(20):
        with Server(nothing):
            pass
        with Server(nothing) as server, socket.create_connection((server.host, server.port), 10) as connection:
            assert ask(connection)[0] == 200
    assert (open_files(), threading.active_count()) == (files, threads)


def test_stop_hangs_up_on_everybody(serve: Serve, dial: Dial, ask: Ask, hear: Hear) -> None:
    """Idle connections end with FIN, and new ones are refused."""
    server = serve()
    connections = [dial(server) for _ in range(3)]
    for connection in connections:
        ask(connection)
    server.stop()
    assert [hear(connection) for connection in connections] == [b"", b"", b""]
    with pytest.raises(ConnectionRefusedError):
        dial(server)


def test_stop_twice_and_stop_unstarted_do_nothing(serve: Serve) -> None:
    """Cleaning up may be done by anybody."""
    server = serve()
    server.stop()
    server.stop()
    Server(nothing).stop()
    assert not server.running


def test_a_stopped_server_can_start_again(serve: Serve, dial: Dial, ask: Ask) -> None:
    """As good as a new one."""
    server = serve()
    server.stop()
    server.start()
    assert ask(dial(server))[0] == 200


def test_starting_twice_is_refused(serve: Serve) -> None:
    """The second start would leak the first."""
    with pytest.raises(RuntimeError, match=r"already serves 127\.0\.0\.1 port \d+; stop\(\) it first"):
        serve().start()


def test_a_handler_may_stop_its_server(serve: Serve, say: Say) -> None:
    """The request that asks for it is answered."""
    servers: list[Server] = []

    def handle(request: Request) -> Answer:
        servers[0].stop()
        return Answer(body=b"bye")

    servers.append(serve(handle))
    assert say(servers[0], GET).endswith(b"bye")
    assert not servers[0].running


def test_a_handler_that_never_returns_is_named(serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    """stop() gives up on it with a warning instead of hanging."""
    monkeypatch.setattr("fakeprovider.server.server._PATIENCE", 0.02)
    handling, release = threading.Event(), threading.Event()

    def handle(request: Request) -> Answer:
        handling.set()
        release.wait(10)
        return Answer()

    server = serve(handle)
    dial(server).sendall(GET)
    assert handling.wait(10)
    with pytest.warns(ResourceWarning, match=r"still handling after 0\.02 s: connection from 127\.0\.0\.1:\d+"):
        server.stop()
    release.set()
    monkeypatch.undo()
    server.stop()


# Down and up


def test_down_refuses_and_up_serves_again(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Connections get ECONNREFUSED while down, and the port stays the same."""
    server = serve()
    port = server.port
    for _ in range(3):
        server.down()
        assert server.running
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                dial(server)
        server.up()
        assert ask(dial(server))[0] == 200
    assert server.port == port


def test_down_closes_connections_that_were_kept_alive(serve: Serve, dial: Dial, ask: Ask, hear: Hear) -> None:
    """A provider that is down does not answer old friends either."""
    server = serve()
    connection = dial(server)
    ask(connection)
    server.down()
    assert hear(connection) == b""


def test_nobody_takes_the_port_while_down(serve: Serve) -> None:
    """Neither a plain socket nor one with SO_REUSEADDR can be bound, and port 0 never gives ours away."""
    server = serve()
    server.down()
    for reuse in (0, 1):
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
            with pytest.raises(OSError, match="in use") as refused:
                thief.bind((server.host, server.port))
            assert refused.value.errno == errno.EADDRINUSE
    with pytest.raises(PortInUse):
        Server(nothing, port=server.port).start()


def test_down_and_up_may_be_repeated(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Twice is the same as once."""
    server = serve()
    server.up()
    server.down()
    server.down()
    with pytest.raises(ConnectionRefusedError):
        dial(server)
    server.up()
    server.up()
    assert ask(dial(server))[0] == 200


def test_down_and_up_from_many_threads(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Whoever comes last decides; nothing breaks on the way."""
    server = serve()

    def flip() -> None:
        for _ in range(20):
            server.down()
            server.up()

    threads = [threading.Thread(target=flip) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ask(dial(server))[0] == 200


def test_a_server_can_be_stopped_while_down(serve: Serve) -> None:
    """The port is free again afterwards."""
    server = serve()
    server.down()
    server.stop()
    assert serve(port=server.port).port == server.port


def test_a_handler_may_take_its_server_down(serve: Serve, dial: Dial, say: Say, ask: Ask) -> None:
    """The request that asks for it gets the last answer, and everybody after it is refused."""
    servers: list[Server] = []

    def handle(request: Request) -> Answer:
        servers[0].down()
        return Answer(body=b"last")

    server = serve(handle)
    servers.append(server)
    assert say(server, GET).endswith(b"Connection: close\r\n\r\nlast")
    with pytest.raises(ConnectionRefusedError):
        dial(server)
    server.up()
    assert say(server, GET).endswith(b"last")


@pytest.mark.parametrize("change", [Server.down, Server.up])
def test_only_a_running_server_goes_down_or_up(change: Callable[[Server], None]) -> None:
    """Otherwise the test that asks for it is mistaken, and told what to do."""
    with pytest.raises(RuntimeError, match=r"not running; start\(\) it first"):
        change(Server(nothing))


# Arguments


@pytest.mark.parametrize(
    ("port", "error", "words"),
    [
        ("80", TypeError, "port '80' is a str, expected an int from 0 (any free port) to 65535"),
        (True, TypeError, "port True is a bool"),
        (None, TypeError, "port None is a NoneType"),
        (-1, ValueError, "port -1 is out of range"),
        (65536, ValueError, "port 65536 is out of range, expected 0 (any free port) to 65535"),
    ],
)
def test_a_bad_port_is_named(port: Any, error: type[Exception], words: str) -> None:
    """At once, with what was expected."""
    with pytest.raises(error, match=re.escape(words)):
        Server(nothing, port=port)


def test_a_port_in_use_says_what_to_do(serve: Serve) -> None:
    """An OSError with its errno, the host, the port, and a way out."""
    taken = serve().port
    with pytest.raises(PortInUse) as refused:
        Server(nothing, port=taken).start()
    assert (refused.value.errno, refused.value.host, refused.value.port) == (errno.EADDRINUSE, "127.0.0.1", taken)
    assert f"port {taken} on 127.0.0.1 is in use by another process" in str(refused.value)
    assert "port 0" in str(refused.value)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "300.1.1.1", "x" * 300, "a b", "http://127.0.0.1"])
def test_a_host_that_does_not_resolve_is_named(host: str) -> None:
    """At once, with an example of one that does."""
    with pytest.raises(ValueError, match=f"host {re.escape(repr(host))} is neither an IP address nor a name"):
        Server(nothing, host=host)


def test_an_address_of_another_machine_is_named() -> None:
    """192.0.2.0/24 belongs to nobody (RFC 5737)."""
    with pytest.raises(OSError, match=r"cannot listen on 192\.0\.2\.1 port 0: it is no address of this machine"):
        Server(nothing, host="192.0.2.1").start()


def test_a_tls_context_for_clients_is_refused() -> None:
    """Otherwise every handshake would fail with a riddle."""
    with pytest.raises(ValueError, match="ssl_context is one for clients"):
        Server(nothing, ssl_context=ssl.create_default_context())


def test_a_failed_start_leaves_nothing_behind(serve: Serve) -> None:
    """The server can be started once the port is free."""
    first = serve()
    second = Server(nothing, port=first.port)
    files = open_files()
    with pytest.raises(PortInUse):
        second.start()
    assert (open_files(), second.running) == (files, False)
    first.stop()
    with second:
        assert second.running


def test_ipv6_works(serve: Serve, dial: Dial, ask: Ask) -> None:
    """On ::1 as on 127.0.0.1, down and up included."""
    try:
        server = serve(host="::1")
    except OSError as error:
        pytest.skip(f"this machine has no IPv6: {error}")
    assert ask(dial(server))[0] == 200
    server.down()
    with pytest.raises(ConnectionRefusedError):
        dial(server)
    server.up()
    assert ask(dial(server))[0] == 200


def test_names_of_this_machine_work(serve: Serve, dial: Dial, ask: Ask) -> None:
    """`localhost` is served on whatever it resolves to."""
    assert ask(dial(serve(host="localhost")))[0] == 200


def test_a_flood_beyond_the_open_files_is_survived(serve: Serve, dial: Dial, ask: Ask) -> None:
    """With no descriptor left the server waits instead of dying, and serves again when there are some."""
    resource = pytest.importorskip("resource")
    server = serve()
    connection = dial(server)
    assert ask(connection)[0] == 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    late = socket.socket()
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files()[-1] + 1, hard))
    try:
        with contextlib.ExitStack() as hoard:
            with contextlib.suppress(OSError):
                while True:
                    hoard.enter_context(Path(os.devnull).open("rb"))
            late.settimeout(10)
            late.connect((server.host, server.port))
            assert ask(connection)[0] == 200
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with late:
        assert ask(late)[0] == 200

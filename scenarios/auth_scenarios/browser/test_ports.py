"""The port that a sign-in through the browser waits at, where another program has it already."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

from auth_scenarios.browser.foreign_listener import ForeignListener
from auth_scenarios.browser.sign_ins import BROWSER, end, in_the_browser
from auth_scenarios.verify import applies_only, exposed, must, must_explain
from pytest_auth_provider import Client, Outcome, scenario


@scenario(
    "RFC 8252 7.3",
    "The authorization server MUST allow any port to be specified at the time of the request for loopback IP redirect "
    "URIs, to accommodate clients that obtain an available ephemeral port from the operating system at the time of the "
    "request. In our words: a client that wants a certain port, and finds it taken, uses another one or says so before "
    "it sends anybody to a browser.",
    harm="The code goes to another program, or the tool crashes after the user has signed in, each time anew.",
    level="SHOULD",
    policy=BROWSER,
)
def test_port_busy(auth_client: Client) -> None:
    """A callback port that another program has leads to another port or to a message; no code goes to that program."""
    client = in_the_browser(auth_client)
    variable = client.adapter.port_variable
    wants = bool(variable or client.adapter.ports)
    applies_only(wants, f"{client.name} declares no port of its callback (`ports`, `port_variable`)")
    variables = {variable: str(_free_port())} if variable else {}
    unspoilt = client.disk.remember()
    port = _port_of_callback(client, client.run("login", env=variables))
    asked_for = (*map(int, variables.values()), *client.adapter.ports)
    applies_only(port in asked_for, f"{client.name} waits at another port than {asked_for} when it is free")
    client.disk.restore(unspoilt)
    before = len(client.browser.visits)
    with ForeignListener(port) as other:
        running = client.start("login", env=variables)
        while running.running and not other.callbacks:
            time.sleep(0.01)
        if other.callbacks:
            running.kill()
        outcome, _by_itself = end(running)
    visited = len(client.browser.visits) > before
    exposed(client, visited or not outcome.ok, f"another program had the port {port}", "nobody was sent to a browser")
    must(not other.callbacks, "no code goes to a program that has the port", f"it was sent one at port {port}")
    if not outcome.ok:
        must(not visited, "that the port is taken is said before anybody signs in", "the browser had been opened")
        must_explain(outcome)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _port_of_callback(client: Client, outcome: Outcome) -> int:
    """Return the port to which the browser came back in a sign-in that nothing was in the way of."""
    callbacks = [visit.callback for visit in client.browser.visits if visit.callback]
    exposed(
        client, outcome.ok and callbacks, "it signs in while its port is free", "it does not where its port is free"
    )
    return urlsplit(callbacks[-1]).port or 0

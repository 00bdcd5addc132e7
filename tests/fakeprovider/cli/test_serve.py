"""`fakeprovider serve`: a provider for whoever does not use pytest."""

from __future__ import annotations

import json
import resource
import shlex
import signal
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakeprovider.cli import main
from tests.fakeprovider.cli.conftest import COMMAND, PATIENCE, run
from tests.support.wire import Wire, request_bytes

if TYPE_CHECKING:
    from tests.fakeprovider.cli.conftest import Serve


def test_one_line_of_json_and_it_serves(serve: Serve) -> None:
    """The line is there when the provider is, and says where everything is."""
    serving = serve()
    said = serving.said
    assert serving.get(said["endpoints"]["discovery"])["issuer"] == said["issuer"]
    assert serving.get(said["control"] + "/")["issuer"] == said["issuer"]
    assert said["environment"]["OIDC_ISSUER"] == said["issuer"]
    assert (said["dialect"], said["ca_file"], said["control_token"]) == ("rfc", None, None)
    assert [one["issuer"] for one in said["issuers"]] == [said["issuer"]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(serve: Serve, number: int) -> None:
    """Being asked to end is no failure: exit code 0, nothing on stderr, for both signals."""
    assert serve().end(number) == (0, "")


def test_it_takes_the_files_it_needs() -> None:
    """A program may open 1024 files as a rule, and more if it asks: as many as there may be connections."""

    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

    arguments = [*COMMAND, "serve", "--json", "--connection-limit", "200"]
    with (
        subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, preexec_fn=few_files) as process,
        ExitStack() as clients,
    ):
        assert process.stdout is not None
        origin = json.loads(process.stdout.readline())["issuer"]
        wires = [clients.enter_context(Wire(origin)) for _ in range(201)]
        statuses = [wire.ask(request_bytes(f"{origin}/jwks")).status for wire in wires]
        process.terminate()
    assert statuses == [200] * 200 + [503]


def test_for_people_it_prints_an_environment() -> None:
    """Every line is a variable of the first issuer or a comment."""
    arguments = [*COMMAND, "serve", "--tls", "--issuer", "/realms/acme=keycloak"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "# Ctrl-C ends it\n":
            lines.append(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    pairs = [shlex.split(line)[0].partition("=") for line in lines if not line.startswith("#")]
    variables = {name: value for name, _, value in pairs}
    assert variables["OIDC_ISSUER"].startswith("https://127.0.0.1:")
    assert variables["AUTH_SERVER_WELL_KNOWN"] == f"{variables['OIDC_ISSUER']}/.well-known/openid-configuration"
    trust = {
        variables[name] for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    }
    assert len(trust) == 1
    assert not Path(trust.pop()).exists()
    assert any(line.startswith("# OIDC_ISSUER=") and line.endswith("/realms/acme\n") for line in lines)


def test_https(serve: Serve) -> None:
    """With --tls the authority is in a file that clients are told of."""
    serving = serve("--tls")
    assert serving.get(serving.said["endpoints"]["jwks"])["keys"]


def test_options(serve: Serve) -> None:
    """Dialect, path, knobs and a fault, all from the command line."""
    options = [
        "--dialect",
        "keycloak",
        "--path",
        "/realms/x",
        "--set",
        "access_token_lifetime=5",
        "--set",
        "reuse=reject",
    ]
    serving = serve(*options, "--fault", "token : ServerError(503) x1")
    assert serving.said["issuer"].endswith("/realms/x")
    settings = serving.get(serving.said["control"] + "/settings")
    assert (settings["access_token_lifetime"], settings["reuse"]) == (5, "reject")
    token = serving.said["endpoints"]["token"]
    assert [serving.http.post(token).status_code for _ in range(2)] == [503, 400]


def test_a_fault_of_the_beginning_comes_back_on_reset(serve: Serve) -> None:
    """Reset is the beginning, and it began with a fault."""
    serving = serve("--fault", "token : ServerError(503) x1")
    token = serving.said["endpoints"]["token"]
    serving.http.post(token)
    serving.http.post(serving.said["control"] + "/reset")
    assert [serving.http.post(token).status_code for _ in range(2)] == [503, 400]


def test_a_fault_that_nobody_met_is_told_at_the_end(serve: Serve) -> None:
    """It proved nothing, and the exit code is still about serving."""
    assert serve("--fault", "token : Reset()").end() == (0, "fakeprovider: armed and never met: token : Reset()\n")


def test_every_exchange_on_a_line(serve: Serve) -> None:
    """--verbose writes them to stderr as they happen, not those of the control API."""
    serving = serve("--verbose", "--issuer", "/b")
    serving.http.get(serving.said["control"] + "/clock")
    serving.http.get(serving.said["issuers"][1]["endpoints"]["jwks"])
    serving.http.post(serving.said["endpoints"]["token"])
    _, errors = serving.end()
    first, second = errors.splitlines()
    assert first == "/b #1 GET /b/jwks (jwks) -> 200"
    assert second.startswith("/ #1 POST /token (token) -> 400  invalid_request:")


CONFIGURATION = """
dialect = "osa"
access_token_lifetime = 5
faults = ["userinfo : ServerError(503)"]

[[users]]
sub = "grace"
name = "Grace Hopper"

[[clients]]
client_id = "cli"
redirect_uris = ["http://127.0.0.1/callback"]

[[issuers]]
path = "/realms/acme"
dialect = "keycloak"
reuse = "revoke_family"
faults = ["token : ServerError(502)"]
"""


def test_a_configuration_file(serve: Serve, tmp_path: Path) -> None:
    """Settings, accounts, clients, faults and further issuers; options win over it."""
    file = tmp_path / "provider.toml"
    file.write_text(CONFIGURATION)
    serving = serve("--config", str(file), "--dialect", "rfc", "--fault", "jwks : ServerError(500)")
    first, second = serving.said["issuers"]
    assert (first["dialect"], second["dialect"]) == ("rfc", "keycloak")
    assert serving.get(first["control"] + "/settings")["access_token_lifetime"] == 5
    assert serving.get(first["control"] + "/user")["person"]["name"] == "Grace Hopper"
    assert serving.get(first["control"] + "/clients")[0]["client_id"] == "cli"
    assert len(serving.get(first["control"] + "/faults")) == 2
    assert serving.get(second["control"] + "/settings")["reuse"] == "revoke_family"
    assert serving.http.post(second["endpoints"]["token"]).status_code == 502


def test_in_a_container(serve: Serve) -> None:
    """Bound to every address, known by another name, the API on a port of its own, control with a given token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        api_port = free.getsockname()[1]
    remote = ["--host", "0.0.0.0", "--allow-remote", "--origin", "http://auth.test:9400"]  # noqa: S104 - the point of it
    serving = serve(*remote, "--api-port", str(api_port), env={"FAKEPROVIDER_CONTROL_TOKEN": "open-sesame"})
    said = serving.said
    assert (said["issuer"], said["api"]) == ("http://auth.test:9400", f"http://auth.test:{api_port}")
    assert said["control_token"] == said["environment"]["FAKEPROVIDER_CONTROL_TOKEN"] == "open-sesame"
    assert serving.http.get(f"http://127.0.0.1:{api_port}/x").status_code == 401


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--dialect", "kecloak"], "--dialect kecloak: dialect: 'kecloak' is not one of"),
        (["--port", "70000"], "--port 70000: provider setting 'port': expected a port from 0"),
        (["--path", "a b"], "--path a b: provider setting 'path'"),
        (["--origin", "auth.test"], "--origin auth.test: provider setting 'origin'"),
        (["--set", "leeway"], "--set leeway: expected KNOB=VALUE"),
        (["--set", "leway=1"], "Did you mean 'leeway'?"),
        (["--set", "leeway=soon"], "--set leeway=soon: provider setting 'leeway': expected seconds"),
        (["--fault", "SeverError()"], "Did you mean 'ServerError'?"),
        (["--fault", "ServerError(status='x')"], "a whole number from 200 to 599"),
        (["--fault", "tken : Reset()"], "Did you mean 'token'?"),
        (["--fault", "WrongHost()"], "use Provider(tls=True)"),
        (["--issuer", "a"], "--issuer a: expected a path"),
        (["--issuer", "/a=kecloak"], "--issuer /a=kecloak: dialect: 'kecloak' is not one of"),
        (["--issuer", "/a", "--issuer", "/a"], "another provider is at '/a'"),
        (["--host", "0.0.0.0"], "add --allow-remote"),  # noqa: S104 - the point of it
        (["--signing-key", "nix.pem"], "signing_key 'nix.pem' cannot be read"),
        (["--config", "nix.toml"], "nix.toml cannot be read: No such file"),
    ],
)
def test_wrong_options(capsys: pytest.CaptureFixture[str], options: list[str], said: str) -> None:
    """Exit code 2 and one message that names the option; nothing is raised or printed to stdout."""
    assert main(["serve", *options]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("fakeprovider: ")
    assert said in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dialect = ", "is not TOML: Invalid value"),
        ("dialekt = 'rfc'", ": dialekt: key: 'dialekt' is not one of"),
        ("dialect = 'kecloak'", ": dialect: dialect: 'kecloak' is not one of"),
        ("dialect = 5", ": dialect: expected text, got 5"),
        ("port = true", ": port: expected a whole number, got True"),
        ("access_token_lifetime = 'soon'", ": access_token_lifetime: provider setting"),
        ("faults = 'token : Reset()'", ": faults: expected a list"),
        ("faults = ['token : Reset()', 'tken : Reset()']", ": faults[2]: endpoint: 'tken'"),
        ("[[users]]\nnam = 'x'", ": users[1].nam: is not known here; there are"),
        ("[[users]]\nname = 5", ": users[1].name: expected a valid string, got 5"),
        ("[users]\nname = 'x'", ": users: expected tables"),
        ("[[clients]]\nname = 'x'", ": clients[1].client_id: is missing"),
        ("[[issuers]]\ndialect = 'rfc'", ": issuers[1]: path is missing"),
        ("[[issuers]]\npath = '/a'\nport = 1", ": issuers[1].port: key: 'port' is not one of"),
        ("[[issuers]]\npath = '/a'\nreuse = 'x'", ": issuers[1].reuse: provider setting 'reuse': 'x' is not one of"),
    ],
)
def test_wrong_configurations(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str) -> None:
    """Exit code 2 and one message that names the file and the key."""
    file = tmp_path / "provider.toml"
    file.write_text(text)
    assert main(["serve", "--config", str(file)]) == 2
    printed = capsys.readouterr()
    assert f"fakeprovider: {file}" in printed.err
    assert said in printed.err


def test_a_busy_port() -> None:
    """Exit code 1: what was asked for means something, and cannot be had now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "is in use by another process" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_catalogue() -> None:
    """`faults` lists every fault with its settings, `faults NAME` explains one, `dialects` lists the families."""
    from fakeprovider import dialects
    from fakeprovider.faults import catalogue

    listed = run("faults").stdout
    assert [name for name in catalogue() if f"  {name}(" not in listed] == []
    one = run("faults", "ServerError")
    assert one.stdout.startswith("ServerError(status=503")
    assert "a whole number from 200 to 599" in one.stdout
    assert [name for name in dialects() if name not in run("dialects").stdout] == []
    wrong = run("faults", "SeverError")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Did you mean 'ServerError'?" in wrong.stderr

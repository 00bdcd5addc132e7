"""PyPI pytest-iam: Canaille behind the fixture's own Server, without pytest around it."""

from __future__ import annotations

import contextlib
import functools
import json
import threading
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

# A peer, in an environment of its own.
import portpicker  # type: ignore[import-untyped]
import pytest_iam  # type: ignore[import-not-found]
from canaille import create_app  # type: ignore[import-not-found]
from canaille.backends import Backend  # type: ignore[import-not-found]
from joserfc.jwk import JWKRegistry

from benchmarks.contenders.child import Serving, TokenRequest, basic, run


@contextlib.contextmanager
def start() -> Iterator[Serving]:
    """What its `iam_server` fixture does."""
    port = portpicker.pick_unused_port()
    app = create_app(config=_configuration(port), env_file=".pytest-iam.env", env_prefix="PYTEST_IAM_")
    server = pytest_iam.Server(app, port, Backend.instance)
    thread = threading.Thread(target=server.httpd.serve_forever)
    thread.start()
    try:
        with app.app_context():
            yield Serving(port, lambda: _register(port))
    finally:
        server.httpd.shutdown()
        thread.join()
        server.httpd.server_close()


def _configuration(port: int) -> dict[str, Any]:
    """What its `iam_configuration` fixture gives; the key once a process, as that fixture is once a session."""
    quiet = {"version": 1, "disable_existing_loggers": False, "handlers": {"no": {"class": "logging.NullHandler"}}}
    return {
        "TESTING": True,
        "ENV_FILE": None,
        "SECRET_KEY": str(uuid.uuid4()),
        "WTF_CSRF_ENABLED": False,
        "PREFERRED_URL_SCHEME": "http",
        "SERVER_NAME": f"localhost:{port}",
        "CANAILLE": {
            "DATABASE": "memory",
            "ENABLE_REGISTRATION": True,
            "JAVASCRIPT": False,
            "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc", "manage_oidc"]}},
            "LOGGING": {**quiet, "loggers": {"canaille": {"level": "DEBUG", "handlers": ["no"]}}},
        },
        "CANAILLE_OIDC": {"DYNAMIC_CLIENT_REGISTRATION_OPEN": True, "ACTIVE_JWKS": [_key()]},
    }


@functools.cache
def _key() -> dict[str, Any]:
    key = JWKRegistry.generate_key("RSA", 2048)
    key.ensure_kid()
    return key.as_dict(private=True)


def _register(port: int) -> TokenRequest:
    client = {
        "client_name": "bench",
        "redirect_uris": ["https://client.example/callback"],
        "grant_types": ["client_credentials"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "scope": "openid profile",
    }
    request = urllib.request.Request(
        f"http://localhost:{port}/oauth/register", json.dumps(client).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        made = json.load(answer)
    authorization = basic(made["client_id"], made["client_secret"])
    return TokenRequest("grant_type=client_credentials&scope=profile", authorization=authorization)


if __name__ == "__main__":
    import os

    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    run(start)

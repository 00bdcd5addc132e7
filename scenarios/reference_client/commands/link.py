"""``link``: make the current directory belong to an issuer."""

import argparse
import json

from reference_client import atomic, places, terminal
from reference_client.context import Context
from reference_client.errors import StoreError


def run(context: Context, _arguments: argparse.Namespace) -> int:
    """Write the project link. It holds no secret, so it may be committed and read by all."""
    path = places.link_file()
    try:
        atomic.replace(path, json.dumps({"issuer": context.issuer}, indent=2).encode() + b"\n", mode=0o644)
    except OSError as error:
        raise StoreError(f"cannot write {path} ({error.strerror})") from None
    terminal.say(f"{path.parent} is linked to {context.issuer}")
    return 0

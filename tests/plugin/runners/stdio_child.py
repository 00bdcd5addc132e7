"""A long-lived child: JSON, one message to a line. It answers, and does whatever wrong it is asked for."""

# ruff: noqa: T201 - a program prints

import json
import os
import sys
import time
from pathlib import Path

GIVEN = {"argv": sys.argv[1:], "nothing": None}


def say(message: object) -> None:
    """One line."""
    print(json.dumps(message), flush=True)


for line in sys.stdin:
    request = json.loads(line)
    method, params, number = request["method"], request.get("params", {}), request.get("id")
    if method == "die":
        os._exit(7)
    elif method == "silence":
        continue
    elif method == "garbage":
        print("no JSON at all\n[1]\n{", flush=True)
        sys.stdout.write("y" * 3_000_000 + "\n")
    elif method == "flood":
        for count in range(60_000):
            say({"method": "noise", "params": {"count": count, "filling": "x" * 100}})
    elif method == "ask":
        say({"id": 99, "method": "please"})
        say({"method": "told", "params": {"answer": json.loads(sys.stdin.readline())}})
    elif method == "login":
        say({"id": number, "result": {}})
        say({"method": "login/completed", "params": {"success": params["works"]}})
        continue
    elif method == "wait":
        while not Path(params["until"]).exists():
            time.sleep(0.01)
    elif method == "deaf":
        time.sleep(60)
    elif method == "error":
        say({"id": number, "error": {"code": 1, "message": "no"}})
        continue
    if number is not None:
        say({"id": number, "result": {"pid": os.getpid(), "params": params, "home": os.environ["HOME"]} | GIVEN})
    else:
        print(f"heard {method}", file=sys.stderr, flush=True)

"""The person who pastes: runs a program, follows the authorization URL it prints, and types the code it was given.

    pasting_person.py PROGRAM [ARGUMENT ...]

All the program prints is passed on, and its exit code is this program's own.
"""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

PAGE = re.compile(r"http://\S+[?&]response_type=code\S*")


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the code stands in the address it leads to."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


def code_behind(page: str) -> str:
    """Return the code that the person is given, "" where there is none."""
    try:
        urllib.request.build_opener(StayHere).open(page, timeout=5).close()
    except urllib.error.HTTPError as answer:
        return parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code", [""])[0]
    except OSError:
        pass
    return ""


def main() -> int:
    """Run the program and return its exit code."""
    with subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        if program.stdin is None or program.stdout is None:
            return 70
        for line in program.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if page := PAGE.search(line):
                program.stdin.write(code_behind(page.group()) + "\n")
                program.stdin.flush()
    return program.returncode


if __name__ == "__main__":
    sys.exit(main())

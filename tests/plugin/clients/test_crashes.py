"""Crashes are recognized by what runtimes print, and honest messages are not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pytest_auth_provider.clients.outcome import crash_line, find_crash

CRASHES = {
    "Python traceback": [
        'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nZeroDivisionError: division by zero\n',
        'ERROR:root:boom\nTraceback (most recent call last):\n  File "/x/a.py", line 3, in f\n    raise X\nX\n',
        "╭─── Traceback (most recent call last) ───╮\n│ /x/app.py:12 in main     │\n│                          │\n",
        "Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call first):\n",
    ],
    "Go panic": [
        "panic: runtime error: invalid memory address\n\ngoroutine 1 [running]:\nmain.main()\n",
        "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive, 2 minutes]:\nmain.main()\n",
        "panic: x\n\ngoroutine 1 gp=0xc000002380 m=0 mp=0x5 [running]:\n",
    ],
    "Rust panic": [
        "thread 'main' panicked at src/main.rs:2:5:\nboom\nnote: run with `RUST_BACKTRACE=1`\n",
        "\nthread 'tokio-runtime-worker' (123) panicked at core/src/auth.rs:1:1:\n",
    ],
    "Node.js stack": [
        "/x/a.js:1\nthrow new Error('x')\n^\n\nError: x\n    at Object.<anonymous> (/x/a.js:1:7)\n",
        "TypeError: x is not a function\n    at file:///x/a.mjs:1:7\n",
    ],
    "Java exception": [
        'Exception in thread "main" java.lang.IllegalStateException: x\n\tat com.x.Main.main(Main.java:5)\n',
        "java.io.IOException\n\tat java.base/sun.nio.ch.Net.connect(Native Method)\n",
    ],
    "Ruby exception": [
        "a.rb:1:in `<main>': boom (RuntimeError)\n",
        "a.rb:2:in 'Object#f': boom (Errno::ECONNREFUSED)\n\tfrom a.rb:3:in '<main>'\n",
    ],
}

HONEST = [
    "",
    "Error: the provider answered 503. Try again later.",
    "error: an unexpected error occurred: ConnectionError: refused",
    "panic: no (this is a word) at all",
    "A traceback (most recent call last) is written to the log.",
    "Traceback (most recent call last) is what Python prints\nand this line is not part of one",
    "Arrived at /usr/bin at 10:30:12",
    "    at your service: 1:2",
    "thread safety: nobody panicked at all",
    "app.log:12: warning (RuntimeError)",
    "fatal error: cannot reach the provider",
]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in CRASHES.items() for text in texts])
def test_a_crash_is_named_after_its_runtime(name: str, text: str) -> None:
    """Whatever stands around it, the crash of each runtime is found, and its line can be quoted."""
    assert find_crash(f"signing in ...\n{text}goodbye\n") == name
    assert crash_line(text)


@pytest.mark.parametrize("text", HONEST)
def test_an_error_message_is_no_crash(text: str) -> None:
    """A client that speaks for itself did not crash, whatever words it uses."""
    assert find_crash(text) is None
    assert crash_line(text) == ""


def test_a_real_traceback_is_found() -> None:
    """What this Python prints is what the pattern expects, chained exceptions and all."""
    script = "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise RuntimeError('x') from e"
    crashed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert find_crash(crashed.stderr) == "Python traceback"
    assert crash_line(crashed.stderr) == "Traceback (most recent call last):"

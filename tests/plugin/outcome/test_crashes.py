"""Crashes are recognized by what runtimes print, and honest messages are not."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from pytest_auth_provider.outcome.crashes import crash_line, find_crash

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
    assert crash_line(crashed.stderr) == "RuntimeError: x"


def test_the_last_of_several_exceptions_is_quoted() -> None:
    """In an exception group the tracebacks are indented, and each ends in its exception."""
    script = "raise ExceptionGroup('both', [ValueError('first'), ExceptionGroup('in', [KeyError('last')])])"
    grouped = subprocess.run(
        [sys.executable, "-c", f"try:\n    {script}\nexcept* TypeError:\n    pass"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert find_crash(grouped.stderr) == "Python traceback"
    assert crash_line(grouped.stderr) == "ExceptionGroup: both (2 sub-exceptions)"


def test_a_real_node_stack_is_quoted_by_its_exception() -> None:
    """The source line and the caret that Node.js prints first say less than the exception below them."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    script = "setTimeout(() => { throw new TypeError('no token', { cause: new Error('refused') }) })"
    crashed = subprocess.run([node, "-e", script], capture_output=True, text=True, check=False)
    assert find_crash(crashed.stderr) == "Node.js stack"
    assert crash_line(crashed.stderr) == "TypeError: no token"


QUOTED = {
    "a plain traceback": (
        (
            'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    1/0\n    ~^~\n'
            "ZeroDivisionError: division by zero\nsecond line of it\n"
        ),
        "ZeroDivisionError: division by zero",
    ),
    "a traceback in a log": (
        (
            "  ERROR:root:boom\n  Traceback (most recent call last):\n"
            '    File "/x/a.py", line 3, in f\n      raise X\n  app.X\n'
        ),
        "app.X",
    ),
    "chained tracebacks": (
        (
            'Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 1\n\n'
            "During handling of the above exception, another exception occurred:\n\n"
            'Traceback (most recent call last):\n  File "b.py", line 2, in g\nRuntimeError: no session\n'
        ),
        "RuntimeError: no session",
    ),
    "a group of exceptions": (
        (
            "  + Exception Group Traceback (most recent call last):\n"
            '  |   File "a.py", line 1, in <module>\n  | ExceptionGroup: both (1 sub-exception)\n'
            "  +-+---------------- 1 ----------------\n"
            '    | Traceback (most recent call last):\n    |   File "a.py", line 3, in f\n    | ValueError: bad\n'
            "    +------------------------------------\n"
        ),
        "ValueError: bad",
    ),
    "a traceback in a box": (
        (
            "\x1b[31m╭─── \x1b[0mTraceback (most recent call last) ───╮\n│ /x/app.py:12 in main     │\n│ ❱ 12 go()  │\n"
            "╰─────────────╯\n\x1b[1mHTTPError: \x1b[0m503\n"
        ),
        "HTTPError: 503",
    ),
    "a traceback in a box of ASCII": (
        "+---- Traceback (most recent call last) ----+\n| /x/app.py:12 in main     |\n+-----------+\nKeyError: 'a'\n",
        "KeyError: 'a'",
    ),
    "a traceback that was cut off": (
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n',
        "Traceback (most recent call last):",
    ),
    "a Go panic": (
        "signing in\npanic: no token\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/main.go:3\nexit status 2\n",
        "panic: no token",
    ),
    "a Go panic over a panic": (
        "panic: first [recovered]\n\tpanic: second\n\ngoroutine 1 [running]:\nmain.main()\n",
        "panic: second",
    ),
    "a Go signal": (
        (
            "panic: runtime error: invalid memory address or nil pointer dereference\n"
            "[signal SIGSEGV: segmentation violation code=0x1]\n\ngoroutine 1 [running]:\n"
        ),
        "panic: runtime error: invalid memory address or nil pointer dereference",
    ),
    "a Rust panic": (
        "\nthread 'main' (7) panicked at src/main.rs:2:5:\ncalled `unwrap()` on a `None` value\nnote: run with ...\n",
        "thread 'main' (7) panicked at src/main.rs:2:5: called `unwrap()` on a `None` value",
    ),
    "a Rust panic of old": (
        "thread 'main' panicked at 'boom', src/main.rs:2:5\nnote: run with `RUST_BACKTRACE=1`\n",
        "thread 'main' panicked at 'boom', src/main.rs:2:5",
    ),
    "a Rust panic without a message": (
        "thread 'main' panicked at src/main.rs:2:5:\n\nnote: run with `RUST_BACKTRACE=1`\n",
        "thread 'main' panicked at src/main.rs:2:5",
    ),
    "a message of several lines": (
        "AxiosError: Request failed\nwith status 503\n    at settle (file:///x/a.mjs:1:7)\n    at f (/x/b.js:2:3)\n",
        "AxiosError: Request failed",
    ),
    "something thrown that is no Error": ("[Failure] nothing\n    at f (/x/b.js:2:3)\n", "[Failure] nothing"),
    "a Java exception": (
        (
            'Exception in thread "main" java.lang.IllegalStateException: no session\n\tat com.x.Main.f(Main.java:5)\n'
            "Caused by: java.io.IOException: refused\n\tat com.x.Net.open(Net.java:9)\n\t... 1 more\n"
        ),
        'Exception in thread "main" java.lang.IllegalStateException: no session',
    ),
    "a Ruby exception": (
        "a.rb:2:in 'Object#f': no token (KeyError)\n\tfrom a.rb:3:in '<main>'\n",
        "a.rb:2:in 'Object#f': no token (KeyError)",
    ),
}
"""What it is -> what is printed, and the line of it that says what went wrong."""


@pytest.mark.parametrize(("text", "line"), QUOTED.values(), ids=QUOTED)
def test_the_line_that_says_what_went_wrong_is_quoted(text: str, line: str) -> None:
    """A report shows the exception or the reason of the panic, whatever is printed before and after."""
    assert crash_line(text) == line

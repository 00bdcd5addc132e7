"""Whatever is wrong with an adapter is said in one message: the file, the key, what was expected, what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.adapters import vocabulary
from pytest_auth_provider.clients import AdapterError, known_clients, load_adapter
from tests.support.adapter_files import MINIMAL, Write

ACTIONS = ", ".join(vocabulary.ACTIONS)
SAYINGS = ", ".join(vocabulary.SAYINGS)
POLICIES = ", ".join(vocabulary.POLICIES)
PLACEHOLDERS = ", ".join(vocabulary.PLACEHOLDERS)
KEYS = (
    "command, version, install, docs, dialect, timeout, client_id, credentials, reveal, token_variable, "
    "port_variable, provider, paths, issuer_path, registered, api, "
    "env, files, run, says, policies, switches, exits, promises, deviations, not_for_us, "
    "home, project, browser, terminal, real_browser, ports, allow_hosts, audit_connections, call_budget, hosts, "
    "stubs, kind, entry, fresh, stdio, time, start"
)


def refusal_of_acme(root: Path) -> str:
    """What is said where the adapter `acme` is refused."""
    with pytest.raises(AdapterError) as error:
        load_adapter("acme", root)
    return str(error.value)


def refusal_of_file(root: Path) -> str:
    """What is said where a file of adapters is refused, whichever of them is wanted."""
    with pytest.raises(AdapterError) as error:
        known_clients(root)
    return str(error.value)


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        ("comand = 1", f'comand: not a key of an adapter; did you mean "command"? Accepted: {KEYS}'),
        ("airtight = true", "airtight: this is called `audit_connections` now"),
        (
            "deviations = { 'a/b' = 'c' }\nnot_for_us = { 'a/b' = 'd' }",
            'not_for_us."a/b": stands in deviations, too; one of them is enough',
        ),
        ("not_for_us = ['a/b']", 'not_for_us: expected a table; got ["a/b"] (an array)'),
        ("not_for_us = { 'a/b' = '' }", 'not_for_us."a/b": expected a string that is not empty; got "" (a string)'),
        (
            "reveal = 'cat x'",
            "reveal: there is nothing to reveal; name the files that it reads, as in credentials = '.acme/store'",
        ),
        ('start = "hot"', 'start: expected "cold" or "warm"; got "hot" (a string)'),
        (
            'start = "warm"\nversion = "--version"\nterminal = true',
            'start: "warm" does nothing beside terminal; leave one of them out',
        ),
        (
            'start = "warm"\nversion = "--version"\naudit_connections = true',
            'start: "warm" does nothing beside audit_connections; leave one of them out',
        ),
        (
            'start = "warm"',
            (
                'start: "warm" needs a command that changes nothing, to see what is imported: '
                "name `version`, or `help` in run"
            ),
        ),
        ("name = 'x'", f"name: not a key of an adapter. Accepted: {KEYS}"),
        ("zzz = 1", f"zzz: not a key of an adapter. Accepted: {KEYS}"),
        (
            'timeout = "30"',
            'timeout: expected seconds, above 0 and up to 86400; got "30" (a string)',
        ),
        (
            "timeout = 0",
            "timeout: expected seconds, above 0 and up to 86400; got 0 (an integer)",
        ),
        (
            "timeout = true",
            "timeout: expected seconds, above 0 and up to 86400; got true (a boolean)",
        ),
        (
            "timeout = 1e9",
            "timeout: expected seconds, above 0 and up to 86400; got 1000000000.0 (a float)",
        ),
        (
            'env."A=B" = "c"',
            'env."A=B": expected the name of a variable, which is not empty and has no "=" in it',
        ),
        ('env."" = "c"', 'env."": expected the name of a variable, which is not empty and has no "=" in it'),
        (r'env.A = "b\u0000"', r'env.A: expected a text without a NUL character; got "b\u0000" (a string)'),
        (r'install = "a\u0000b"', r'install: expected a text without a NUL character; got "a\u0000b" (a string)'),
        (r'files."a\u0000" = "x"', r'files: expected keys without a NUL character; got "a\u0000" (a string)'),
        (r'version = ["a", "b\u0000"]', r'version: expected a text without a NUL character; got "b\u0000" (a string)'),
        (
            "timeout = inf",
            "timeout: expected seconds, above 0 and up to 86400; got Infinity (a float)",
        ),
        ("install = ''", 'install: expected a string that is not empty; got "" (a string)'),
        ("version = 1", "version: expected arguments as a string or an array of strings; got 1 (an integer)"),
        ("version = [1]", "version: expected arguments as a string or an array of strings; got [1] (an array)"),
        ('version = "a \'b"', 'version: a shell could not split "a \'b": No closing quotation'),
        (
            "version = 2020-01-01",
            'version: expected arguments as a string or an array of strings; got "2020-01-01" (a date or time)',
        ),
        (
            "env.A = '{isuer}'",
            f'env.A: not a placeholder: {{isuer}}; did you mean "issuer"? Accepted: {PLACEHOLDERS}',
        ),
        ("env.A = 1", "env.A: expected a string; got 1 (an integer)"),
        ("env = []", "env: expected a table; got [] (an array)"),
        (
            "files.'/etc/x' = ''",
            'files."/etc/x": expected a path below HOME, relative and without ..; got "/etc/x" (a string)',
        ),
        (
            "files.'../x' = ''",
            'files."../x": expected a path below HOME, relative and without ..; got "../x" (a string)',
        ),
        ("run.logn = ''", f'run.logn: not an action; did you mean "login"? Accepted: {ACTIONS}, x-...'),
        ("run.use = 3", "run.use: expected arguments, a table with args, or an array of steps; got 3 (an integer)"),
        (
            "run.use = { arg = '' }",
            (
                'run.use.arg: not a key of a step; did you mean "args"? '
                "Accepted: args, stdin, env, timeout, exit, send, until"
            ),
        ),
        (
            "run.use = { exit = 256 }",
            "run.use.exit: expected an exit code from 0 to 255, or an array of them; got 256 (an integer)",
        ),
        (
            "run.use = ['a', { exit = [] }]",
            "run.use.1.exit: expected an exit code from 0 to 255, or an array of them; got [] (an array)",
        ),
        ("says.singed_in = ''", f'says.singed_in: not a saying; did you mean "signed_in"? Accepted: {SAYINGS}, x-...'),
        (
            "says.valid = '('",
            'says.valid: "(" is not a regular expression: missing ), unterminated subpattern at position 0',
        ),
        (
            "says.valid = 'a{99999999999}'",
            'says.valid: "a{99999999999}" is not a regular expression: the repetition number is too large',
        ),
        (
            "says.valid = '[[a]'",
            'says.valid: "[[a]" is not a regular expression: Possible nested set at position 1',
        ),
        (
            f"says.valid = '{'(' * 5000}{')' * 5000}'",
            f'says.valid: "{"(" * 56}... (a string) is nested too deeply for a regular expression',
        ),
        ("says.valid = []", "says.valid: expected a regular expression, or an array of them; got [] (an array)"),
        (
            "says.valid = { unless = 'x' }",
            'says.valid: expected at least one of any, stdout, stderr; got {"unless": "x"} (a table)',
        ),
        (
            "policies.ofline = 'strict'",
            f'policies.ofline: not a policy; did you mean "offline"? Accepted: {POLICIES}, x-...',
        ),
        (
            "policies.offline = 'lax'",
            'policies.offline: expected "best_effort" or "strict"; got "lax" (a string)',
        ),
        ("policies.cache_ttl = 'x'", 'policies.cache_ttl: expected a whole number of seconds; got "x" (a string)'),
        (
            "switches.offline.lax.env.A = ''",
            'switches.offline.lax: expected "best_effort" or "strict"; got "lax" (a string)',
        ),
        (
            "switches.offline.strict.envs.A = ''",
            'switches.offline.strict.envs: not a key of a switch; did you mean "env"? Accepted: env, run, args',
        ),
        (
            "exits.lgout = 0",
            f'exits.lgout: not an action or a saying; did you mean "logout"? Accepted: {ACTIONS}, {SAYINGS}, x-...',
        ),
        (
            "deviations.'a/b' = ' '",
            'deviations."a/b": expected a string that is not empty; got " " (a string)',
        ),
        (
            "home.prepaer = ''",
            'home.prepaer: not a key of home; did you mean "prepare"? Accepted: prepare, keep, reset',
        ),
        ("home.reset = 'x'", 'home.reset: expected an array of paths below HOME; got "x" (a string)'),
        (
            "credentials = ['/x']",
            'credentials: expected a path below HOME, relative and without ..; got "/x" (a string)',
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_key_and_what_is_accepted(write: Write, extra: str, complaint: str) -> None:
    """One message: the file, the dotted key, what was expected, what is there."""
    root = write(f"[clients.acme]\n{MINIMAL}{extra}\n")
    assert refusal_of_acme(root) == f"auth-provider.toml: clients.acme.{complaint}"


@pytest.mark.parametrize(
    ("extra", "names"), [("dialect = 'rfx'", "rfc"), ("provider.device_intervl = 0", "device_interval")]
)
def test_what_the_provider_does_not_know_is_said_by_it(write: Write, extra: str, names: str) -> None:
    """Dialects and settings of the provider are checked by the provider, at the place where they stand."""
    root = write(f"[clients.acme]\n{MINIMAL}{extra}\n")
    refusal = refusal_of_acme(root)
    assert refusal.startswith(f"auth-provider.toml: clients.acme.{extra.split()[0]}: ")
    assert names in refusal


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "clients.acme = { run = { login = '' } }",
            'clients.acme.command: missing; say which program to run, such as command = ["my-tool"]',
        ),
        (
            "clients.acme = { command = 'x' }",
            'clients.acme.run.login: missing; say how to sign in, such as login = "login --device"',
        ),
        (
            "clients.acme = { command = '' }",
            'clients.acme.command: expected a program and its arguments, such as ["my-tool"]; got "" (a string)',
        ),
        ("clients = 1", "clients: expected a table; got 1 (an integer)"),
        ("clients.acme = 1", "clients.acme: expected a table; got 1 (an integer)"),
        ("a = \n", "this is not TOML: Invalid value (at line 1, column 5)"),
    ],
)
def test_a_file_that_is_no_adapter_is_refused(write: Write, text: str, complaint: str) -> None:
    """What is missing, broken or of another shape is said without a traceback."""
    root = write(text)
    assert refusal_of_acme(root) == f"auth-provider.toml: {complaint}"


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        (
            "auth-provider.toml",
            "[client.acme]\ncommand = 'acme'",
            'client: not a key of this file; did you mean "clients"? Accepted: clients',
        ),
        ("auth-provider.toml", "[server]\nport = 1", "server: not a key of this file. Accepted: clients"),
        (
            "pyproject.toml",
            "[tool.black]\n[tool.auth-provider.client.acme]\ncommand = 'acme'",
            'tool.auth-provider.client: not a key of this file; did you mean "clients"? Accepted: clients',
        ),
    ],
)
def test_a_table_that_nobody_reads_is_refused(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    """Whoever means their own tool never gets a verdict on the reference client; tables of other tools are theirs."""
    (tmp_path / file).write_text(text)
    assert refusal_of_file(tmp_path) == f"{file}: {complaint}"


DEEP = f"provider.x = {'[' * 60}{']' * 60}"
DEEPER = f"provider.x = {'[' * 5000}{']' * 5000}"
DEEPEST = f"provider{'.x' * 3000} = 1"


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        (DEEP, "auth-provider.toml: clients.acme: tables and arrays are nested more than 50 deep; expected fewer"),
        (DEEPER, "auth-provider.toml: cannot be read: its tables and arrays are nested too deeply"),
        (DEEPEST, "auth-provider.toml: clients.acme: tables and arrays are nested more than 50 deep; expected fewer"),
        (f"timeout = 1{'0' * 5000}", "auth-provider.toml: cannot be read: Exceeds the limit"),
    ],
    ids=["deep", "deeper", "dotted", "digits"],
)
def test_what_has_no_end_is_refused(tmp_path: Path, extra: str, complaint: str) -> None:
    """Whoever wrote it is told so in a sentence, in the place of a traceback."""
    text = f"[clients.acme]\ncommand = 'acme'\nrun.login = 'login'\n{extra}\n"
    (tmp_path / "auth-provider.toml").write_text(text)
    assert refusal_of_acme(tmp_path).startswith(complaint)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8, and a directory with the name of the file."""
    (tmp_path / "auth-provider.toml").write_bytes(b"a = '\xff'")
    assert refusal_of_file(tmp_path) == "auth-provider.toml: this is not TOML: byte 5 is not UTF-8"
    (tmp_path / "auth-provider.toml").unlink()
    (tmp_path / "auth-provider.toml").mkdir()
    assert refusal_of_file(tmp_path) == "auth-provider.toml: cannot be read: Is a directory"


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        (
            "run.login.send.metod = 'a'",
            (
                'run.login.send.0.metod: not a key of a message; did you mean "method"? '
                "Accepted: method, params, notify, needs"
            ),
        ),
        (
            "run.login.send.notify = true",
            'run.login.send.0.method: missing; say which method is called, such as method = "account/read"',
        ),
        (
            "run.login = { send.method = 'a', until.where.b = 1 }",
            "run.login.until.method: missing; say which notification ends the action",
        ),
        (
            "run.login.send = [{ method = 'a', params = { deep = [1, '{hom}'] } }]",
            (
                'run.login.send.0.params.deep.1: not a placeholder: {hom}; did you mean "home"? '
                f"Accepted: {PLACEHOLDERS}"
            ),
        ),
        (
            "run.login = { send.method = 'a', until = { method = 'b', where.c = 2020-01-01 } }",
            'run.login.until.where.c: expected something JSON can hold; got "2020-01-01" (a date or time)',
        ),
        (
            "run.login.send = { method = 'a', needs = [''] }",
            'run.login.send.0.needs: expected an array of names, such as ["authToken"]; got [""] (an array)',
        ),
        ("run.login = 'x'", "run.login: expected messages to send"),
        (
            "stdio.framing = 'lines'\nrun.login.send.method = 'x'",
            'stdio.framing: expected "json-lines"; got "lines" (a string)',
        ),
        (
            "entry = 'x:y'\nrun.login.send.method = 'x'",
            'entry: only for kind = "python"; this client is of kind "stdio"',
        ),
    ],
)
def test_what_is_wrong_with_messages_is_said(write: Write, extra: str, complaint: str) -> None:
    """As for everything else: the file, the dotted key, what was expected, what is there."""
    root = write(f'[clients.acme]\nkind = "stdio"\ncommand = "x"\n{extra}\n')
    assert refusal_of_acme(root) == f"auth-provider.toml: clients.acme.{complaint}"


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        ("", 'entry: missing; say what is called, such as entry = "mytool.cli:main"'),
        ("entry = 'x'", 'entry: expected an entry point, such as "mytool.cli:main"; got "x" (a string)'),
        ("entry = '.:x'", 'entry: expected an entry point, such as "mytool.cli:main"; got ".:x" (a string)'),
        (
            "entry = 'x:y'\nfresh = 'x'",
            'fresh: expected an array of packages, such as ["mytool"]; got "x" (a string)',
        ),
        ("entry = 'x:y'\nstdio.args = ''", 'stdio: only for kind = "stdio"; this client is of kind "python"'),
        (
            "entry = 'x:y'\nrun.use.send.method = 'x'",
            'run.use: expected arguments; messages are for kind = "stdio"',
        ),
    ],
)
def test_what_is_wrong_with_an_entry_point_is_said(write: Write, extra: str, complaint: str) -> None:
    """A client of Python needs one, and no other kind has any."""
    root = write(f'[clients.acme]\nkind = "python"\nrun.login = "x"\n{extra}\n')
    assert refusal_of_acme(root) == f"auth-provider.toml: clients.acme.{complaint}"

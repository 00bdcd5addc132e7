"""The report as SARIF 2.1.0, which code scanning reads: a rule for each contract, a result for each not settled.

broken            kind `fail`, level `error`
advice            kind `fail`, level `warning`
stale deviation   kind `fail`, level `note`: what is declared in the adapter is no longer so
deviation         as broken or advice, with a suppression: its reason, outside of the source
unstable          kind `review`: two runs disagreed, and a person has to decide
unchecked         kind `open`: not enough is known to decide

What is kept or does not apply is no result: SARIF has the kinds `pass` and `notApplicable` for it, but code scanning
does not read `kind` and would open an alert for each. The rules list every contract of the run all the same.

All is in one run, since GitHub refuses a file with several of one tool. A result lies in the adapter of its client:
there has to be a file, and there a deviation is declared. What the client did is its code flow (`sarif_flows`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from pytest_auth_provider.adapters.overlooked import ADAPTER_FILE
from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.forms.sarif_flows import Sarif, code_flow, message
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.terminal.failures import CONFIRMED
from pytest_auth_provider.verdict import Verdict

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME: Final = "https://pypi.org/project/pytest-auth-provider/"
LEVELS: Final = {"MUST": "error", "SHOULD": "warning", "MAY": "note"}
"""Level of a contract -> how bad it is not to keep it."""
KINDS: Final = {
    Verdict.BROKEN: "fail",
    Verdict.ADVICE: "fail",
    Verdict.STALE: "fail",
    Verdict.DEVIATION: "fail",
    Verdict.UNSTABLE: "review",
    Verdict.UNCHECKED: "open",
}
"""The verdicts that are results -> their kind."""
LONGEST: Final = 1000
"""How many characters the description of a rule may have; GitHub shows 1024."""


def render_sarif(
    rows: Sequence[Row], date: str, version: str, notices: Sequence[str] = (), profiles: Sequence[Profile] = ()
) -> str:
    """Return the report of one run; `date`, `version` (of pytest-auth-provider) and `notices` go to its invocation."""
    rules = {row.contract: row for row in rows}
    places = {contract: place for place, contract in enumerate(rules)}
    driver = {
        "name": "pytest-auth-provider",
        "version": version,
        "informationUri": HOME,
        "rules": [_rule(row) for row in rules.values()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(date, notices, profiles)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(row, places[row.contract]) for row in rows if row.verdict in KINDS],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(row: Row) -> Sarif:
    """Return the contract of a row as a rule."""
    family = row.contract.partition("/")[0]
    documents = dict.fromkeys(f"rfc{number}" for number in re.findall(r"RFC (\d+)", row.source))
    harm = f"\n\nWhat a user suffers: {row.harm}" if row.harm else ""
    origin = f"; origin: {row.origin}" if row.origin else ""
    text = f"{row.requirement}\n\nSource: {row.source} ({row.level}){origin}{harm}"
    return {
        "id": row.contract,
        "shortDescription": message(row.title, LONGEST),
        "fullDescription": message(row.requirement, LONGEST),
        "help": {**message(text), "markdown": message(text)["text"]},
        "defaultConfiguration": {"level": LEVELS.get(row.level, "warning")},
        "properties": {
            "family": family,
            "level": row.level,
            "source": row.source,
            "tags": ["security", "authentication", family, row.level.lower(), *documents],
        },
    }


def _result(row: Row, rule: int) -> Sarif:
    """Return what is said of a row that is not kept; `rule` is the place of its contract among the rules."""
    place = _place(row)
    kind = KINDS[row.verdict]
    result: Sarif = {
        "ruleId": row.contract,
        "ruleIndex": rule,
        "kind": kind,
        "level": _level(row) if kind == "fail" else "none",  # SARIF 2.1.0, 3.27.10
        "message": message(_said(row)),
        "locations": [place],
        "partialFingerprints": _fingerprints(row),
        "properties": {"client": row.client, "version": row.version, "verdict": str(row.verdict)},
    }
    if row.verdict is Verdict.DEVIATION:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": row.declared}]
    if row.steps:
        result["codeFlows"] = [code_flow(row.steps, place)]
    return result


def _level(row: Row) -> str:
    """Return how bad it is that a contract is not kept."""
    if row.verdict is Verdict.STALE:
        return "note"
    return "error" if row.verdict is Verdict.BROKEN else LEVELS.get(row.level, "warning")


def _said(row: Row) -> str:
    """Return what a result says: first of all who and which promise, since lists show no more than one sentence."""
    client = f"{row.client} {row.version}".strip()
    variants = f" [{row.variants}]" if row.variants else ""
    confirmed = f"\n{CONFIRMED}" if row.confirmed else ""
    return f"{client}, {row.verdict}: {row.title}{variants}\n{row.reason}{confirmed}"


def _place(row: Row) -> Sarif:
    """Return where a result lies: in the adapter, or for a preset where an adapter would be."""
    file, _, line = row.adapter.rpartition(":")
    known = bool(file) and line.isdigit()
    artifact = {"uri": _uri(file) if known else ADAPTER_FILE}
    return {
        "physicalLocation": {"artifactLocation": artifact, "region": {"startLine": int(line) if known else 1}},
        "logicalLocations": [{"name": row.client, "fullyQualifiedName": row.adapter or row.client, "kind": "client"}],
    }


def _uri(path: str) -> str:
    """Return a relative path as a URI reference."""
    return quote(path)


def _fingerprints(row: Row) -> dict[str, str]:
    """Return what makes a result the same in every run: the second name is the one that GitHub compares."""
    told = "\0".join((row.client, row.contract, row.variants))
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return {"clientAndContract/v1": digest, "primaryLocationLineHash": digest}


def _invocation(date: str, notices: Sequence[str], profiles: Sequence[Profile]) -> Sarif:
    """Return what is said of the run itself: its notices, and the clients that could not be checked."""
    said = [*_notifications(notices, profiles)]
    done = not any(profile.problem for profile in profiles)
    return {"executionSuccessful": done, "toolExecutionNotifications": said, "properties": {"date": date}}


def _notifications(notices: Sequence[str], profiles: Sequence[Profile]) -> Iterator[Sarif]:
    yield from ({"level": "note", "message": message(notice)} for notice in notices)
    for profile in profiles:
        if profile.problem:
            text = f"{profile.client} was not checked, since it cannot sign in: {profile.problem}"
            yield {"level": "error", "message": message(text)}

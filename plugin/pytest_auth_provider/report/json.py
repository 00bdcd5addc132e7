"""The JSON report: every fact of a run, for programs.

    {"date": "2026-01-31",                day of the run, in UTC
     "version": "0.1.0",                  version of pytest-auth-provider
     "verdicts": [                        one for each client and contract, by client and contract
       {"contract": "revoke/...",         id of the contract
        "title": "...",                   its promise, in one line
        "level": "MUST",                  MUST, SHOULD or MAY
        "source": "RFC 7009 2.2.1",       clause it comes from
        "requirement": "...",             what that clause says
        "origin": "",                     story behind the contract
        "client": "acme",                 name of the client
        "version": "1.2",                 its version
        "verdict": "broken",              one of `pytest_auth_provider.verdict.Verdict`
        "reason": "Expected: ...",        why, in words
        "expected": "...",                what the contract asks for, where the client is accused
        "actual": "...",                  what happened instead
        "stated": true,                   whether these two are in words and make up the reason
        "variants": "503",                parametrized variants that ended this way, where others did not
        "declared": "",                   reason of a deviation the adapter declares
        "partial": false,                 whether variants of the contract were left out of the run
        "evidence": "$ acme logout ...",  commands and exchanges, in order
        "seconds": 0.5,                   how long the checks took
        "commands": 0.4}]}                how long the client's own commands ran

A text that has nothing to say is "".
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pytest_auth_provider.report.rows import Row


def render_json(rows: Sequence[Row], date: str, version: str) -> str:
    """Return the report of one run; `date` and `version` (of pytest-auth-provider) go to the head."""
    report = {"date": date, "version": version, "verdicts": [row.as_dict() for row in rows]}
    return json.dumps(report, indent=2) + "\n"

"""The JSON report: every fact of a run, for programs; a text that has nothing to say is "".

{"date": "2026-01-31",                day of the run, in UTC
 "version": "0.1.0",                  version of pytest-auth-provider
 "notices": [],                       what a reader should know first, such as configuration that does nothing
 "verdicts": [                        one for each client and contract, by client and contract
   {"contract": "revoke/...",         id of the contract
    "title": "...",                   its promise, in one line
    "level": "MUST",                  MUST, SHOULD or MAY, as it stands for this client
    "source": "RFC 7009 2.2.1",       clause it comes from
    "requirement": "...",             what that clause says, and behind "In our words:" our own reading
    "origin": "",                     story behind the contract
    "harm": "...",                    what a user suffers where it is broken
    "client": "acme",                 name of the client
    "version": "1.2",                 its version
    "verdict": "broken",              one of `pytest_auth_provider.verdict.Verdict`
    "reason": "Expected: ...",        why, in words
    "expected": "...",                what the contract asks for, where the client is accused
    "actual": "...",                  what happened instead
    "stated": true,                   whether these two are in words and make up the reason
    "variants": "503",                parametrized variants that ended this way, where others did not
    "declared": "",                   reason of a deviation, or of a contract not for this client
    "partial": false,                 whether variants of the contract were left out of the run
    "evidence": "$ acme logout ...",  commands and exchanges, in order, as text
    "steps": [{...}],                 the same as values: `pytest_auth_provider.report.steps.Step`
    "seconds": 0.5,                   how long the checks took
    "commands": 0.4,                  how long the client's own commands ran
    "proof": ["met once: ..."],       what put the client to the test, where it kept the contract
    "confirmed": true,                whether a second run accused the client as well
    "notes": ["`use` asked ..."]}],   what was seen meanwhile that accuses nobody
 "profiles": [                        one for each client
   {"client": "acme",                 name of the client
    "version": "1.2",                 its version
    "problem": "",                    why it could not be checked at all
    "observations": {                 what was learned before it was judged, by name
      "sign_in": {"values": ["device"],  values of the observation; none where it was not learned
                  "seen": "..."}},    what was seen, or why it was not learned
    "seconds": {"login": 0.4},        how long its commands took when nothing was wrong, by action
    "contradictions": [],             sentences on what its adapter declares and was not seen
    "learned_in": 1.5}]}              how many seconds it took to learn this
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.rows import Row


def render_json(
    rows: Sequence[Row], date: str, version: str, notices: Sequence[str] = (), profiles: Sequence[Profile] = ()
) -> str:
    """Return the report of one run; `date`, `version` (of pytest-auth-provider) and `notices` go to the head."""
    report = {
        "date": date,
        "version": version,
        "notices": list(notices),
        "verdicts": [row.as_dict() for row in rows],
        "profiles": [profile.as_dict() for profile in profiles],
    }
    return json.dumps(report, indent=2) + "\n"

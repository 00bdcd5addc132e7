"""Read a JSON report: a `Report`, or one message that says what is wrong with the file and what to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json, to_json

from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.profile import Observation, Profile
from pytest_auth_provider.report.saved.report import FORMAT, Report

HOW = "pytest --auth-provider --auth-report=report.json writes one"
"""How one comes by a report."""


class ReportError(ClientError):
    """A file is no report that can be read, or several do not fit together. Names the file and what to do."""


def read_report(path: Path) -> Report:
    """Read a report. What it tells of clients and their versions is made printable: whoever wrote it was free to lie.

    Members that this version does not know are left out. Raises `ReportError` for a file that is missing, cannot be
    read, is not JSON, is no report, is of a newer format, or is damaged.
    """
    values = _values(path, _bytes(path))
    _check_format(path, values)
    try:
        report = TypeAdapter(Report).validate_json(to_json(_escaped(values)), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ReportError(f"{path}: this report is damaged: {_complaint(first)}; write it again") from None
    _refuse_doubles(path, report)
    return replace(
        report,
        date=in_one_line(report.date),
        version=in_one_line(report.version),
        notices=tuple(map(in_one_line, report.notices)),
        profiles=tuple(map(_in_one_line, report.profiles)),
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ReportError(f"{path}: there is no such file; {HOW}") from None
    except OSError as problem:
        raise ReportError(f"{path}: could not be read: {problem.strerror}") from None


def _values(path: Path, data: bytes) -> dict[str, object]:
    """Return the JSON object in a file."""
    try:
        values = from_json(data)
    except ValueError as problem:
        hint = "a report in Markdown says the same to people" if path.suffix == ".md" else "or only a part of it"
        raise ReportError(f"{path}: this is not JSON, {hint} ({problem}); {HOW}") from None
    if not isinstance(values, dict) or not {"format", "verdicts"} & values.keys():
        raise ReportError(f"{path}: this is no report: expected an object with `format` and `verdicts`; {HOW}")
    return values


def _check_format(path: Path, values: dict[str, object]) -> None:
    """Refuse a report of another format than ours."""
    found = values.get("format", 0)
    if type(found) is not int or found < 0:
        raise ReportError(f"{path}: this report is damaged: format: expected {FORMAT}, got {found!r}; write it again")
    if found > FORMAT:
        raise ReportError(
            f"{path}: this report is of format {found}, and format {FORMAT} is the newest one that is understood here. "
            f"It was written by pytest-auth-provider {values.get('version')}: install that version or a later one"
        )
    if found < FORMAT:
        raise ReportError(f"{path}: this report is from before reports had a format; write it again")


def _complaint(error: ErrorDetails) -> str:
    """Say what is wrong at which place, as in `verdicts.3.level: input should be 'MUST'; got 'MUSST'`."""
    place = ".".join(map(str, error["loc"]))
    if error["type"] == "missing":
        return f"{place} is missing"
    got = repr(error["input"])
    return f"{place}: {error['msg'][:1].lower()}{error['msg'][1:]}; got {got[:60]}{'...' if len(got) > 60 else ''}"


def _refuse_doubles(path: Path, report: Report) -> None:
    """Refuse a report that says two things of the same contract, or of the same client."""
    rows = Counter((row.client, row.contract) for row in report.verdicts)
    profiles = Counter((profile.client, "its profile") for profile in report.profiles)
    for (client, what), times in (rows + profiles).items():
        if times > 1:
            raise ReportError(f"{path}: this report is damaged: {client} has {what} {times} times; write it again")


def _escaped(value: object) -> object:
    """Return a JSON value with every text in it made printable, wherever it stands."""
    match value:
        case str():
            return printable(value)
        case list():
            return [_escaped(one) for one in value]
        case dict():
            return {printable(name): _escaped(one) for name, one in value.items()}
    return value


def _in_one_line(profile: Profile) -> Profile:
    return Profile(
        client=in_one_line(profile.client),
        version=in_one_line(profile.version),
        problem=printable(profile.problem),
        observations={
            in_one_line(name): Observation(tuple(map(in_one_line, one.values)), in_one_line(one.seen))
            for name, one in profile.observations.items()
        },
        seconds={in_one_line(name): seconds for name, seconds in profile.seconds.items()},
        contradictions=tuple(map(in_one_line, profile.contradictions)),
        learned_in=profile.learned_in,
    )

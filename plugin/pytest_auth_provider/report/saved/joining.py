"""Join the reports of several machines, shards of one run or runs of several clients, to the report of the whole.

What comes of it is what one run of all of it would have found out, but for times, ports, and the patterns of an adapter
that matched nothing: only a whole run can tell these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.rows import merge
from pytest_auth_provider.report.saved.reading import ReportError
from pytest_auth_provider.report.saved.report import FORMAT, Report


def join(reports: Mapping[Path, Report]) -> Report:
    """Return the report of the whole; `reports` are its parts, by the file that each was read from.

    Of each client and contract there is one row: the worst verdict holds, the variants of all parts are told, and times
    are added up. Of each client there is one profile. Raises `ReportError` where the parts were judged by different
    versions of pytest-auth-provider, or are about different versions of a client.
    """
    parts = [*reports.values()]
    _refuse_different("pytest-auth-provider", {path: report.version for path, report in reports.items()})
    clients = list(dict.fromkeys(client for report in parts for client in report.clients))
    for client in clients:
        versions = {path: report.version_of(client) for path, report in reports.items()}
        _refuse_different(client, {path: version for path, version in versions.items() if version})
    rows = merge(row for report in parts for row in report.verdicts)
    notices = [*(notice for report in parts for notice in report.notices), *_disagreements(reports, clients)]
    return Report(
        format=FORMAT,
        date=max(report.date for report in parts),
        version=parts[0].version,
        notices=list(dict.fromkeys(notices)),
        verdicts=sorted(rows, key=lambda row: (row.client, row.contract)),
        profiles=[_profile([*_profiles(reports, client).values()]) for client in clients if _profiles(reports, client)],
    )


def _refuse_different(what: str, versions: Mapping[Path, str]) -> None:
    """Refuse parts that are about different things: no verdict of theirs would hold for any of them."""
    if len(set(versions.values())) > 1:
        told = ", ".join(f"{version} in {path}" for path, version in versions.items())
        raise ReportError(
            f"these are no parts of one run: {what} has different versions, {told}. Run all parts with one version; "
            "`auth-provider compare` shows what differs between two"
        )


def _profiles(reports: Mapping[Path, Report], client: str) -> dict[Path, Profile]:
    """Return the profiles of one client, by the file of the report they are from."""
    return {path: one for path, report in reports.items() for one in report.profiles if one.client == client}


def _profile(profiles: Sequence[Profile]) -> Profile:
    """Return the first profile of a client that could be checked; where it could nowhere, the first that says why."""
    return next((profile for profile in profiles if not profile.problem), profiles[0])


def _disagreements(reports: Mapping[Path, Report], clients: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each part that could not check a client which others could, or saw it do something else."""
    for client in clients:
        profiles = _profiles(reports, client)
        told = _profile([*profiles.values()]) if profiles else Profile(client)
        for path, profile in profiles.items():
            if profile.problem and not told.problem:
                first = profile.problem.partition("\n")[0]
                yield f"{path.name}: {client} could not be checked there: {first}"
            elif not profile.problem:
                yield from _otherwise(path, told, profile)


def _otherwise(path: Path, told: Profile, profile: Profile) -> Iterator[str]:
    """Yield a sentence for each observation of a client that one part made otherwise than is told."""
    for name, seen in profile.observations.items():
        other = told.observations.get(name)
        if other is not None and seen.learned and other.learned and set(seen.values) != set(other.values):
            yield f"{path.name}: {profile.client} was seen otherwise there: {name} is {seen}, elsewhere it is {other}."

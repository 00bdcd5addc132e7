"""What reports tell of a profile: a compact block above the verdicts, in full with -v, and a list in Markdown.

All are pure functions from profiles to lines.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.profile import OBSERVATIONS, Observation, Profile
from pytest_auth_provider.report.forms.markdown import block, folded, inert
from pytest_auth_provider.report.redaction import redact_of
from pytest_auth_provider.report.terminal.lines import PROSE, Line

_LABELS = {
    "sign_in": "signs in by",
    "pkce": "PKCE",
    "discovers": "discovers at",
    "signed_out_use": "use before login",
    "expired": "expired token",
    "rejected": "rejected token",
    "refused": "refused refresh",
    "zero_lifetime": "expires_in 0",
    "store": "readable in files",
    "clock": "clock moved by",
}
"""Observation -> how it is called where that is not its name."""


def redacted(profile: Profile, program: str, sandbox: Path) -> Profile:
    """Return the profile as reports may show it: without what is this machine's business, and printable.

    `program` is the client's, by its path, and `sandbox` the directory below which it was learned.
    """

    def fit(text: str, make: Callable[[str], str] = in_one_line) -> str:
        return make(redact_of(text, [program], sandbox))

    observations = {
        name: Observation(tuple(map(fit, seen.values)), fit(seen.seen)) for name, seen in profile.observations.items()
    }
    contradictions = tuple(map(fit, profile.contradictions))
    problem = fit(profile.problem, printable)
    client, version = in_one_line(profile.client), in_one_line(profile.version)
    return replace(
        profile,
        client=client,
        version=version,
        problem=problem,
        observations=observations,
        contradictions=contradictions,
    )


def problem_lines(profile: Profile, width: int) -> Iterator[Line]:
    """Yield why a client could not be checked at all, if it could not."""
    if profile.problem:
        yield Line("not checked: the client cannot sign in, so nothing can be said about it.", "red")
        yield from (
            Line(part)
            for line in profile.problem.splitlines()
            for part in (_wrapped(line, width, "  ", "  ") if len(line) > width - 2 else [f"  {line}"])
        )


def profile_lines(profile: Profile, width: int, *, whole: bool) -> Iterator[Line]:
    """Yield what was learned of a client: its values in a few lines, or with `whole` each with what was seen.

    What its adapter declares against that follows in any case.
    """
    if not profile.observations:
        return
    if whole:
        for name, observation in _told(profile):
            yield Line("", "", f"{_label(name):<18}{_value(observation)}")
            yield from map(Line, _wrapped(observation.seen, width, " " * 18, " " * 18))
        yield from map(Line, _wrapped(f"{'quiet commands':<18}{quiet_commands(profile)}", width, "", " " * 18))
    else:
        values = [f"{_label(name)}: {_value(seen)}" for name, seen in _told(profile) if seen.learned]
        yield from map(Line, _wrapped(f"seen: {'; '.join(values)}", width, "", " " * 6))
    for sentence in profile.contradictions:
        for line in _wrapped(sentence, width, "", "  "):
            yield Line(line, "yellow")
    yield Line("")


def profile_in_markdown(profile: Profile) -> Iterator[str]:
    """Yield the profile of a client for a Markdown report, folded; nothing where nothing was learned."""
    if profile.problem:
        yield from ("It could not be checked: it cannot sign in.", "", *block(profile.problem))
    if not profile.observations:
        return
    told = [f"- {label}: **{inert(value)}**; {inert(seen)}" for label, value, seen in learned(profile)]
    yield from folded("What it was seen to do", [*told, f"- quiet commands: {quiet_commands(profile)}", ""])
    for sentence in profile.contradictions:
        yield from (inert(sentence), "")


def learned(profile: Profile) -> list[tuple[str, str, str]]:
    """Return what each observation is called, its value, and what was seen, in the order they are told."""
    return [(_label(name), _value(observation), observation.seen) for name, observation in _told(profile)]


def quiet_commands(profile: Profile) -> str:
    """Return how long each action took when nothing was wrong."""
    return ", ".join(f"{action} {seconds:.1f} s" for action, seconds in profile.seconds.items())


def _told(profile: Profile) -> list[tuple[str, Observation]]:
    """Return the observations that there are, in the order they are told."""
    return [(name, profile.observations[name]) for name in OBSERVATIONS if name in profile.observations]


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " "))


def _value(observation: Observation) -> str:
    return str(observation) or "?"


def _wrapped(text: str, width: int, first: str, later: str) -> list[str]:
    return textwrap.wrap(
        text,
        min(width, PROSE),
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )

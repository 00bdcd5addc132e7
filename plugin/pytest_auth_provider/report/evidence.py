"""Evidence: what the client did and what went over the wire as text, in order, for a person to judge a verdict by.

$ acme use                                                             the command, without the way to its program
  exit code 1 after 0.2 s                                              how it ended
  stderr | could not refresh                                           the end of what it printed
  #3 +0.31 s  POST /token (token[refresh_token]) -> 503  fault: ...    each exchange it caused, and when
      --> grant_type=refresh_token&...                                 the form of the request
      <-- {"error": ...}                                               the body of the answer
  files: changed .config/acme/session.json                             what it did to files
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_auth_provider.report.steps import Asked, Step


def render_evidence(steps: Iterable[Step]) -> str:
    """Return every command in order: how it ended, what it printed, the exchanges it caused, and the files it wrote."""
    return "\n".join(line for step in steps for line in _step(step))


def headline(asked: Asked) -> str:
    """Return request, endpoint, status and faults of an exchange on one line."""
    what = (asked.endpoint or "no endpoint") + (f"[{asked.grant}]" if asked.grant else "")
    answer = str(asked.status) if asked.status else "no answer"
    faults = (f"fault: {fault}" for fault in asked.faults)
    return "  ".join([f"{asked.method} {asked.path} ({what}) -> {answer}", *faults, *filter(None, [asked.note])])


def _step(step: Step) -> Iterator[str]:
    """Yield the lines of one command."""
    yield f"$ {step.command}"
    yield f"  {step.ending}"
    yield from (f"  stdout | {line}" for line in step.stdout)
    yield from (f"  stderr | {line}" for line in step.stderr)
    yield from (f"  reached the provider: {noise}" for noise in step.noise)
    for asked in step.exchanges:
        yield from _exchange(asked)
    yield from (f"  files: {what}" for what in step.files)


def _exchange(asked: Asked) -> Iterator[str]:
    """Yield the request with its answer, what was sent as a form, and the body of the answer."""
    yield f"  #{asked.number} +{asked.at:.2f} s  {headline(asked)}"
    if asked.sent:
        yield f"      --> {asked.sent}"
    if asked.answered:
        yield f"      <-- {asked.answered}"
    if asked.more:
        yield f"  ... and {asked.more} more like it, #{asked.number + 1} to #{asked.number + asked.more}"

"""Bending the members of a good JSON answer."""

from __future__ import annotations

import json
from collections.abc import Callable

from fakeprovider.answer import Answer

Members = dict[str, object]


def with_members(answer: Answer, bend: Callable[[Members], Members]) -> Answer:
    """The answer with other members; `answer` itself where `bend` changes nothing, or it is no 2xx with an object."""
    members = _members_of(answer)
    if members is None:
        return answer
    bent = bend(dict(members))
    if bent == members and list(map(type, bent.values())) == list(map(type, members.values())):
        return answer
    return Answer(answer.status, list(answer.headers), json.dumps(bent, separators=(",", ":")).encode())


def _members_of(answer: Answer) -> Members | None:
    if not 200 <= answer.status < 300 or not answer.body.startswith(b"{"):
        return None
    try:
        members = json.loads(answer.body)
    except ValueError:
        return None
    return members if isinstance(members, dict) else None

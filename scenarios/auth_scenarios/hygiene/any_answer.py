"""Answers that nobody thought of: generated ones, and the smallest of them that a client does not survive.

They are faults, so that what was found can be had again without this package: by its text form (`fakeprovider faults`).
The search is the same one each time. How many answers are tried at each endpoint is `EXAMPLES`, or what the variable
`AUTH_PROVIDER_EXAMPLES` says.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any, Final

from auth_scenarios.verify import applies_only
from fakeprovider.faults import (
    Body,
    ErrorInSuccess,
    Fault,
    GzipGarbage,
    MissingMember,
    NotAJwt,
    TruncatedToken,
    WrongCharset,
    WrongClaim,
    WrongMember,
)
from pytest_auth_provider.errors import ClientError

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

VARIABLE: Final = "AUTH_PROVIDER_EXAMPLES"
EXAMPLES: Final = 6
"""How many answers are tried at each endpoint, so that a run of the catalogue stays short."""
SMALLER: Final = 40
"""How many further answers are tried to find a smaller one."""

STATUSES: Final = (200, 400, 401, 500, 201, 204, 302, 403, 404, 409, 418, 502, 503)
TYPES: Final = ("application/json", "text/html", "application/json; charset=utf-16", "application/jwt", "x")
TEXTS: Final = ("", "{", "error=x&code=y", "<p>x", '"\\ud800"', "NaN", "[" * 2000)
"""Bodies that are no JSON, or that some readers of JSON refuse."""
MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "discovery": ("issuer", "token_endpoint", "jwks_uri", "device_authorization_endpoint", "grant_types_supported"),
    "jwks": ("keys",),
    # Not the times among them: nobody would wait that long.
    "device_authorization": ("device_code", "user_code", "verification_uri", "verification_uri_complete"),
    "token": ("access_token", "token_type", "expires_in", "refresh_token", "id_token", "scope"),
    "userinfo": ("sub", "name", "email"),
}
"""Endpoint -> the members of its answer that clients read."""
CLAIMS: Final = ("exp", "iat", "nbf", "aud", "iss", "sub", "name", "email")
KINDS: Final = ("access_token", "id_token")


def how_many() -> int:
    """Return how many answers are tried at each endpoint. Does not apply where Hypothesis is not installed.

    Raises `ClientError` where the variable says something else than a number.
    """
    installed = importlib.util.find_spec("hypothesis") is not None
    applies_only(installed, "Hypothesis, which generates the answers, is not installed: pip install hypothesis")
    told = os.environ.get(VARIABLE) or str(EXAMPLES)
    if not told.isdecimal() or int(told) == 0:
        raise ClientError(f"the variable {VARIABLE} is {told!r}; expected a number of 1 or more, as in {EXAMPLES}")
    return int(told)


def answers_of(endpoint: str) -> SearchStrategy[Fault]:
    """Return the faults to choose from at an endpoint; those that shrink to the simplest stand first."""
    from hypothesis import strategies as st

    value = _json_values()
    document: Any = value.map(json.dumps)
    status = st.sampled_from(STATUSES)
    kinds: list[SearchStrategy[Fault]] = [
        st.builds(Body, document, status),
        st.builds(Body, document, status, st.sampled_from(TYPES)),
        st.builds(Body, document | st.sampled_from(TEXTS), status),
    ]
    if endpoint in MEMBERS:
        name = st.sampled_from(MEMBERS[endpoint])
        kinds += [
            st.builds(WrongMember, name, value),
            st.builds(WrongMember, name, value),
            st.builds(MissingMember, name),
        ]
    if endpoint == "token":
        kind = st.sampled_from(KINDS)
        kinds += [
            st.builds(NotAJwt, st.text("ab.=", min_size=1, max_size=6), kind=kind),
            st.builds(WrongClaim, st.sampled_from(CLAIMS), value, kind=kind),
            st.builds(TruncatedToken, kind=kind),
        ]
    kinds.append(st.sampled_from([ErrorInSuccess(), GzipGarbage(), WrongCharset()]))
    return st.one_of(kinds)


def _json_values() -> Any:
    """Return JSON values of any shape, with numbers at the edge of what programs can count to."""
    from hypothesis import strategies as st

    numbers = st.sampled_from([0, -1, 1.5, 2**31, 2**63, 10**30, 1e300])
    plain = st.none() | st.booleans() | numbers | st.text(max_size=5)
    return st.recursive(
        plain, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_keys(), inner, max_size=2), max_leaves=4
    )


def _keys() -> Any:
    from hypothesis import strategies as st

    return st.sampled_from(["error", "code", "message", "detail", "keys", "access_token", ""])


def smallest(answers: SearchStrategy[Fault], breaks: Callable[[Fault], bool], examples: int, seed: str) -> Fault | None:
    """Return the smallest of the answers that `breaks`, if one of the first `examples` does, else None.

    The same `seed` gives the same answers.
    """
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis.errors import NoSuchExample

    tried: dict[str, bool] = {}

    def tried_and_broke(fault: Fault) -> bool:
        known = repr(fault)
        if known not in tried:
            if len(tried) >= examples + (SMALLER if any(tried.values()) else 0):
                return False
            tried[known] = breaks(fault)
        return tried[known]

    search = settings(
        max_examples=examples * 3,  # some are generated twice
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        return find(answers, tried_and_broke, settings=search, random=Random(seed))  # noqa: S311  # nosec B311 - no secret
    except NoSuchExample:
        return None

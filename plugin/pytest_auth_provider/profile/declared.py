"""Where observations and declarations meet: what applies to a client, and what its adapter says against the evidence.

What an adapter declares is believed: a client that is said to revoke is asked for that even where it was seen not to.
What it leaves open is taken from the profile, and only then from what is usual.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pytest_auth_provider.profile.observations import Observation
from pytest_auth_provider.profile.profile import Profile

if TYPE_CHECKING:  # adapters take time to import, and contracts are read without them
    from pytest_auth_provider.adapters.models import Adapter


def why_not_declared(policy: Mapping[str, str], adapter: Adapter, profile: Profile) -> str:
    """Return why a client is not on these sides of its policies; an empty string where it is, or can be put there."""
    for name, side in policy.items():
        declared = adapter.policies.get(name)
        seen = None if declared or side in adapter.switches.get(name, {}) else side_seen(name, profile)
        if seen is not None:
            if side not in seen:
                return f"{adapter.name} was seen otherwise: {seen.seen}"
        elif not adapter.offers(name, side):
            told = f"declares {name} = {declared!r}" if declared else f"declares no policy {name!r}"
            return f"{adapter.name} {told}; this contract is for {side!r} ({adapter.source})"
    return ""


def why_not_seen(asked: Mapping[str, str], profile: Profile) -> str:
    """Return why a client is none of which these observations were made, in the words of what was seen instead.

    Nothing is held against a client of which an observation could not be made.
    """
    for name, value in asked.items():
        observation = profile[name]
        if observation.learned and value not in observation:
            return f"{profile.client} was seen otherwise: {observation.seen}"
    return ""


def side_seen(policy: str, profile: Profile) -> Observation | None:
    """Return on which side of a policy the client was seen, with what was seen; None where that cannot be told."""
    if policy == "use" and profile["use"].learned:
        return profile["use"]
    if policy == "logout" and profile["logout"].learned:
        revokes = "revokes" in profile["logout"]
        return Observation.of("revokes" if revokes else "local", profile["logout"].seen)
    if policy == "sign_in" and profile["sign_in"].learned:
        return profile["sign_in"]
    refused = profile["refused"]
    if policy == "sign_in_again" and refused.learned:
        return Observation.of("by_itself" if "signs_in" in refused else "asked", refused.seen)
    return _refresh_seen(profile["expired"], profile["rejected"]) if policy == "refresh" else None


def _refresh_seen(expired: Observation, rejected: Observation) -> Observation | None:
    """Return whether the client refreshes. That it never does takes both experiments, and a refusal in neither."""
    for observation in (expired, rejected):
        if "refreshes" in observation or "after_401" in observation:
            return Observation.of("refreshes", observation.seen)
    if expired.learned and rejected.learned:
        return Observation.of("never", f"{expired.seen}; {rejected.seen}")
    return None


def contradictions(adapter: Adapter, profile: Profile) -> Iterator[str]:
    """Yield a sentence for each policy of which the adapter declares another side than the client was seen on."""
    for policy, declared in adapter.policies.items():
        seen = side_seen(policy, profile)
        if seen is not None and declared not in seen:
            yield (
                f"{adapter.name} declares {policy} = {declared!r} and was seen otherwise: {seen.seen}. "
                f"It is judged as declared ({adapter.source})."
            )

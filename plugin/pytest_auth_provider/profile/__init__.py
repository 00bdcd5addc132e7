"""The profile: what a client was seen to do when nothing was wrong, before any contract was checked.

observations   what can be observed, and by which values it is told
profile        all that was observed of one client, as a value that survives JSON
declared       where what was observed and what the adapter declares meet
"""

from __future__ import annotations

from pytest_auth_provider.profile.declared import contradictions, why_not_declared, why_not_seen
from pytest_auth_provider.profile.observations import OBSERVATIONS, Observation, check_asked
from pytest_auth_provider.profile.profile import Profile

__all__ = [
    "OBSERVATIONS",
    "Observation",
    "Profile",
    "check_asked",
    "contradictions",
    "why_not_declared",
    "why_not_seen",
]

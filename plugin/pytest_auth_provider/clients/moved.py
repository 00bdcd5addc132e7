"""Members that `Client` had in earlier versions: an `AttributeError` names what stands in their place."""

from __future__ import annotations

from typing import Final

MOVED: Final = {
    "confined": "client.disk.confined(largest_file=...)",
    "damage_store": "client.disk.damage(kind)",
    "expire_access_token": "client.login(expired=True), or client.clock.advance(provider.access_token_lifetime + 1)",
    "kill_while_writing": "client.disk.kill_while_writing(action)",
    "offers": "client.policies.offers(name, value)",
    "policy": "client.policies[name]",
    "remember_files": "client.disk.remember()",
    "restore_files": "client.disk.restore(saved)",
    "sleep": "client.clock.advance(seconds)",
    "switched": "client.policies.switched(name, value)",
    "time_means": "client.clock.strategy",
    "tokens_expire_at_once": "client.clock.tokens_expire_at_once()",
}
"""Member that `Client` had once -> what to write now."""


def moved_hint(name: str) -> str:
    """Return the end of an error message that tells what to write in the place of a former member; else nothing."""
    return f"; write {MOVED[name]}" if name in MOVED else ""

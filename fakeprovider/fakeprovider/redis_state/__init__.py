"""The state of a provider in Redis, shared by all processes and machines that name the same database and path.

RedisBackend     the seam `fakeprovider.state.backend.StateBackend`             backend.py
  Turn           one step at a time: a lock with a lease, and one commit        turn.py
  Records        sign-ins, found by value; written when the turn ends           records.py
    encoding     records as JSON and back                                       encoding.py
  RedisStore     what `Store` does with them, where Redis knows a shorter way   store.py
  Parts          copies of settings, clock, people, clients, keys and faults    parts.py
  RedisJournal   the exchanges, bounded                                         journal.py

The rules of OAuth are written once, in Python, and run within a turn. The alternative, a Lua script for each rule (five
reuse policies, device polls, codes, triggers), would say all of them a second time in another language. Three scripts
are enough this way: take the lock, commit, append to the journal. A process that was stopped for longer than its lease
cannot commit: the script writes nothing for whoever has lost the lock.

Everything is JSON, never pickle: whoever can write to the database shall not run code here.
"""

from __future__ import annotations

from fakeprovider.redis_state.backend import RedisBackend, check_state

__all__ = ["RedisBackend", "check_state"]

"""Turns: one at a time, kept as a whole, and never kept by whoever has lost the lock."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from redis import Redis

from fakeprovider.redis_state import turn as turns
from fakeprovider.redis_state.encoding import Plain
from fakeprovider.redis_state.records import Records
from fakeprovider.redis_state.turn import Turn, TurnLostError


class Holder:
    """Another process as far as Redis can tell: a turn of its own, and some records."""

    def __init__(self, url: str) -> None:
        self.redis = Redis.from_url(url, decode_responses=True)
        self.turn = Turn(self.redis, "test:")
        self.records: Records[str, list[int]] = Records(self.redis, self.turn, "test:lists", Plain())


@pytest.fixture
def one(state: str) -> Iterator[Holder]:
    """Whoever begins."""
    holder = Holder(state)
    yield holder
    holder.redis.close()


@pytest.fixture
def other(state: str) -> Iterator[Holder]:
    """Whoever else wants a turn."""
    holder = Holder(state)
    yield holder
    holder.redis.close()


def test_turns_exclude_each_other(one: Holder, other: Holder) -> None:
    """Of many increments by two holders and several threads none is lost."""
    one.records["count"] = [0]

    def count() -> None:
        for holder in (one, other) * 20:
            with holder.turn:
                holder.records["count"][0] += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other.records["count"] == [160]


def test_a_turn_is_kept_as_a_whole(one: Holder, other: Holder) -> None:
    """Nobody sees half a turn; what it did before an error is kept."""

    def take_it() -> None:
        with one.turn:
            one.records["a"] = [1]
            with one.turn:  # nested: no end of its own
                one.records["b"] = [2]
            assert "a" not in other.records
            raise RuntimeError

    with pytest.raises(RuntimeError):
        take_it()
    assert dict(other.records) == {"a": [1], "b": [2]}


def test_whoever_lost_the_lock_keeps_nothing(one: Holder, other: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its lease a holder cannot commit: what others did meanwhile stands."""
    monkeypatch.setattr(turns, "LEASE", 0.05)
    one.records["a"] = [1]

    def be_slow() -> None:
        with one.turn:
            one.records["a"][0] = 99
            with other.turn:  # as soon as the lease has run out
                assert other.records["a"] == [1]
                other.records["a"][0] = 2

    with pytest.raises(TurnLostError, match="send it again"):
        be_slow()
    assert one.records["a"] == [2]


def test_a_dead_holder_stops_nobody_for_long(one: Holder, state: str) -> None:
    """A process that is killed in its turn leaves the lock, which runs out, and nothing else."""
    program = f"""
import os, signal
from redis import Redis
from fakeprovider.redis_state.encoding import Plain
from fakeprovider.redis_state import turn as turns
from fakeprovider.redis_state.records import Records
turns.LEASE = 0.5
redis = Redis.from_url({state!r}, decode_responses=True)
turn = turns.Turn(redis, "test:")
records = Records(redis, turn, "test:lists", Plain())
with turn:
    records["a"] = [1]
    os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert killed.returncode == -9
    with one.turn:
        assert "a" not in one.records


def test_a_turn_that_cannot_begin_gives_the_lock_back(one: Holder, other: Holder) -> None:
    """What fails as a turn begins does not lock others out."""

    class Broken:
        def begin(self, _version: str) -> None:
            raise ValueError("broken")

        def changes(self) -> list[tuple[str, ...]]:
            return []

        def end(self, _version: str) -> None:
            pass

    one.turn.enlist(Broken())
    with pytest.raises(ValueError, match="broken"), one.turn:
        pass  # pragma: no cover - it does not begin
    assert one.redis.get("test:lock") is None
    other.records["a"] = [1]


def test_records_in_a_turn_are_the_same_object(one: Holder) -> None:
    """Looked up twice in a turn it is one object, as in memory; outside each time a copy."""
    one.records["a"] = [1]
    assert one.records["a"] is not one.records["a"]
    with one.turn:
        assert one.records["a"] is one.records["a"]
        assert next(iter(one.records.values())) is one.records["a"]


def test_records_are_a_mapping(one: Holder, other: Holder) -> None:
    """They are set, replaced, deleted and cleared, in the order in which they came; what is replaced comes anew."""
    for number, key in enumerate("cab"):
        one.records[key] = [number]
    one.records["a"] = [7]
    assert (list(other.records), len(other.records)) == (["c", "b", "a"], 3)
    assert other.records.pop("c") == [0]
    assert other.records.get("c") is None
    with pytest.raises(KeyError):
        del one.records["c"]
    with one.turn:
        one.records["d"] = [4]
        del one.records["d"]
        one.records["b"] = [5]
        del one.records["b"]
        assert list(one.records) == ["a"]
    assert dict(other.records) == {"a": [7]}
    with one.turn:
        one.records.clear()
        assert len(one.records) == 0
        one.records["e"] = [9]
    assert dict(other.records) == {"e": [9]}

"""The keys of one provider: which one signs, and which ones the world is told of (RFC 7517 5, OIDC Core 10.1.1)."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from fakeprovider.errors import SettingError, choose
from fakeprovider.tokens.keys import SigningKey, new_key, read_image
from fakeprovider.vocabulary import ALGORITHMS, SECRET_ALGORITHMS


class KeyRing:
    """One key signs; the published ones stand in the JWKS. Every step of a rotation can be taken alone, in any order.

        key = keys.publish()        # publish, then sign: as it should be
        keys.sign_with(key)
        keys.retire("key-1")

        key = keys.new()            # sign, then publish: clients must fetch the JWKS once more
        keys.sign_with(key)
        keys.publish(key)

        keys.replace()              # the same kid, another key: caches that trust a kid for ever are wrong
        keys.sign_with(keys.publish(keys.new(kid="")))    # no kid: clients must try every key

    The first key is made when it is first needed: a provider that signs nothing loads nothing. Every step is taken
    within `turn` (`fakeprovider.state.backend`).
    """

    def __init__(
        self, algorithm: str, own: SigningKey | None = None, turn: AbstractContextManager[object] | None = None
    ) -> None:
        self._algorithm = algorithm
        self._turn = turn or threading.RLock()
        self._named = 0
        self._lock = threading.RLock()
        self._published: list[SigningKey] = [own] if own else []
        self._active = self._first = own

    @property
    def active(self) -> SigningKey:
        """The key that signs now."""
        with self._lock:
            if self._active is None:
                self._active = self._first = self.new(fresh=False)
                self._published.append(self._active)
            return self._active

    @property
    def published(self) -> tuple[SigningKey, ...]:
        """The keys in the JWKS, the signing one first where it is among them."""
        with self._lock:
            active = self.active
            return tuple(sorted(self._published, key=lambda key: key is not active))

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What the keys sign with, the signing one's first."""
        with self._lock:
            first = self._active.algorithm if self._active else self._algorithm
            return tuple(dict.fromkeys([first, *(key.algorithm for key in self._published)]))

    def new(self, algorithm: str = "", *, kid: str | None = None, fresh: bool = True) -> SigningKey:
        """Return a new key that neither signs nor is published; `kid` "" for one without a kid, None for the next name.

        Raises `SettingError` for an algorithm there is not. `fresh` False may hand out the RSA key that ships with the
        package, which saves 30 ms.
        """
        wanted = choose("algorithm", algorithm, ALGORITHMS) if algorithm else self._algorithm
        return new_key(wanted, self._next_name() if kid is None else kid, fresh=fresh)

    def publish(self, key: SigningKey | None = None) -> SigningKey:
        """Put `key` (or a new one) into the JWKS; what signs stays as it is."""
        with self._turn, self._lock:
            self._settle()
            key = key or self.new()
            if key not in self._published:
                self._published.append(key)
        return key

    def sign_with(self, key: SigningKey | str) -> SigningKey:
        """Sign with `key`, or the published key of that kid, from now on; the JWKS stays as it is."""
        with self._turn, self._lock:
            self._settle()
            self._active = self._find(key) if isinstance(key, str) else key
            return self._active

    def retire(self, key: SigningKey | str) -> SigningKey:
        """Take `key`, or the key of that kid, out of the JWKS; if it is the one that signs, it goes on signing.

        Raises `SettingError` for a key that is not published.
        """
        with self._turn, self._lock:
            self._settle()
            gone = self._find(key)
            self._published.remove(gone)
            return gone

    def rotate(self, *, keep_old: bool = True) -> SigningKey:
        """Publish a new key and sign with it at once; the old ones stay published while `keep_old`."""
        with self._turn, self._lock:
            self._settle()
            key = self.new()
            self._published = [key, *self._published] if keep_old else [key]
            self._active = key
        return key

    def replace(self) -> SigningKey:
        """Put another key under the kid that signs now, in the JWKS and for signing."""
        with self._turn, self._lock:
            old = self.active
            key = self.new(old.algorithm, kid=old.kid)
            self._published = [key, *(published for published in self._published if published is not old)]
            self._active = key
        return key

    def go_back(self) -> None:
        """Sign with the key of the beginning again, and publish that one alone."""
        with self._turn, self._lock:
            self._settle()
            self._active = self._first
            self._published = [self.active]

    def jwks(self) -> dict[str, object]:
        """Return the JWK Set the `jwks` endpoint serves (RFC 7517 5)."""
        return {"keys": [dict(key.public) for key in self.published]}

    def image(self) -> dict[str, object]:
        """Return the keys, the private halves too, as a JSON object, for processes that share them."""
        with self._lock:
            self._settle()
            keys = {id(key): key for key in (*self._published, self._active, self._first) if key is not None}
            places = {identity: place for place, identity in enumerate(keys)}
            return {
                "keys": [key.image() for key in keys.values()],
                "published": [places[id(key)] for key in self._published],
                "active": places[id(self._active)],
                "first": places[id(self._first)],
                "named": self._named,
            }

    def restore(self, image: Mapping[str, Any]) -> None:
        """Sign with and publish the keys of `image`; those that are here already are not read again."""
        with self._lock:
            here = [key for key in (*self._published, self._active, self._first) if key is not None]
            keys = [next((key for key in here if key.image() == one), None) or read_image(one) for one in image["keys"]]
            self._published = [keys[place] for place in image["published"]]
            self._active, self._first = keys[image["active"]], keys[image["first"]]
            self._named = image["named"]

    def _next_name(self) -> str:
        with self._lock:
            self._named += 1
            return f"key-{self._named}"

    def _settle(self) -> None:
        """Make the first key where there is none yet, so that it is published before any other."""
        _ = self.active

    def _find(self, key: SigningKey | str) -> SigningKey:
        found = next((published for published in self._published if key in (published, published.kid)), None)
        if found is None:
            kid = key.kid if isinstance(key, SigningKey) else key
            kids = ", ".join(repr(published.kid) for published in self._published) or "none"
            raise SettingError(f"no key with kid {kid!r} is published; published are {kids}")
        return found


def make_key_ring(
    algorithm: str,
    signing_key: str | os.PathLike[str] | None,
    *,
    as_asked: bool,
    turn: AbstractContextManager[object] | None = None,
) -> KeyRing:
    """Return the keys a provider starts with: its own, or the one in the file `signing_key`; see `KeyRing`.

    The key in the file must fit `algorithm` where that was `as_asked`; otherwise the algorithm follows the key. Where
    id tokens are signed with client secrets, access tokens are still signed with a key of the provider's.
    """
    shared = algorithm in SECRET_ALGORITHMS
    if signing_key is None:
        return KeyRing("RS256" if shared else algorithm, turn=turn)
    from fakeprovider.tokens.key_file import read_signing_key  # nobody else pays for reading keys

    key = read_signing_key(signing_key, algorithm if as_asked and not shared else "")
    return KeyRing(key.algorithm, key, turn)

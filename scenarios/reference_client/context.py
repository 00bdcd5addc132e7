"""What one command works with. Nothing is made, read or asked before it is needed."""

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from reference_client import places
from reference_client.errors import NotSignedInError, UsageError
from reference_client.session import Session
from reference_client.settings import KEYRING, Settings
from reference_client.store import CredentialStore

if TYPE_CHECKING:  # these bring HTTP and cryptography: 150 ms that offline commands never pay
    from reference_client.discovery import Discovery
    from reference_client.jwks import Keys
    from reference_client.stack_cache import StackCache
    from reference_client.transport import Transport


class Context:
    """The settings, and everything that follows from them. Close it: it may hold connections."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client_id = settings.client_id
        """Who we are to the provider: as configured, until a registration says otherwise."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if "transport" in self.__dict__:
            self.transport.close()
        if "store" in self.__dict__:
            self.store.close()

    @property
    def issuer(self) -> str:
        """The provider to work with.

        Raises:
            UsageError: Nothing names it.
        """
        if self.settings.issuer is None:
            raise UsageError(
                "no issuer: give --issuer URL, set AUTH_REFERENCE_ISSUER, link this directory with "
                f"`auth-reference link --issuer URL`, or write issuer in {places.config_file()}"
            )
        return self.settings.issuer

    @property
    def api(self) -> str:
        """The base URL of the API, without a trailing slash.

        Raises:
            UsageError: Nothing names it.
        """
        if self.settings.api is None:
            raise UsageError(f"no API: give --api URL, set AUTH_REFERENCE_API, or write api in {places.config_file()}")
        return self.settings.api.rstrip("/")

    @cached_property
    def transport(self) -> "Transport":
        """The one way out to the network."""
        from reference_client.transport import Transport

        return Transport(self.settings.timeout)

    @cached_property
    def discovery(self) -> "Discovery":
        """What the provider says about itself, asked at first use."""
        from reference_client.discovery import Discovery

        return Discovery(self.transport, self.issuer)

    @cached_property
    def keys(self) -> "Keys":
        """The provider's signing keys, asked at first use."""
        from reference_client.jwks import Keys

        return Keys(self.transport, self.discovery)

    @cached_property
    def store(self) -> CredentialStore:
        """Where sessions are kept: in the credential file, or in the keyring and beside it in the file."""
        if self.settings.store == KEYRING:
            from reference_client.keyring_store import KeyringStore

            return KeyringStore(places.credential_file())
        return CredentialStore(places.credential_file())

    @cached_property
    def stack_cache(self) -> "StackCache":
        """The cached stack tokens of this issuer and profile."""
        from reference_client.stack_cache import StackCache

        return StackCache(places.stack_cache_directory(), self.issuer, self.settings.profile, self.settings.cache_ttl)

    def stored_session(self) -> Session | None:
        """The session on disk right now, for this issuer and profile."""
        return self.store.load(self.issuer, self.settings.profile)

    def session(self) -> Session:
        """The session on disk right now.

        Raises:
            NotSignedInError: There is none.
        """
        session = self.stored_session()
        if session is None:
            raise NotSignedInError(
                f"not signed in to {self.issuer} (profile {self.settings.profile!r}); "
                "sign in with: auth-reference login --device"
            )
        return session

    def keep_new(self, session: Session) -> None:
        """Store the `session` of a login durably. Only while the store is locked."""
        self.store.save_new(self.issuer, self.settings.profile, session)

    def keep(self, session: Session) -> None:
        """Store `session` durably, in place of what is there. Only while the store is locked."""
        self.store.save(self.issuer, self.settings.profile, session)

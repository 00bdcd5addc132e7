"""The keyring of the desktop: secrets kept by the Secret Service on the session bus, each found by its attributes.

Every call has a time limit: a service that never answers must not hang a command. Nobody is prompted for a password:
commands run where there may be no desktop to ask on.
"""

import os
from collections.abc import Mapping
from typing import Any

from reference_client.errors import KeyringError

_NAME = "org.freedesktop.secrets"
_ROOT = "/org/freedesktop/secrets"


class SecretService:
    """The default collection of the keyring, each of whose answers is waited for `timeout` seconds.

    Every method raises `KeyringError` where the keyring cannot be reached, is locked, or refuses.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._connection: Any = None
        self._session = ""

    def read(self, attributes: Mapping[str, str]) -> bytes | None:
        """Return the secret with these attributes, None where there is none."""
        unlocked, locked = self._secrets("Service", _ROOT, "SearchItems", "a{ss}", dict(attributes))
        if locked and not unlocked:
            raise KeyringError("the keyring is locked")
        if not unlocked:
            return None
        ((_session, _parameters, value, _kind),) = self._secrets("Item", unlocked[0], "GetSecret", "o", self._opened())
        return bytes(value)

    def write(self, attributes: Mapping[str, str], label: str, value: bytes) -> None:
        """Store a secret in place of the one with these attributes, and make sure that it can be read again."""
        properties = {
            f"{_INTERFACES['Item']}.Label": ("s", label),
            f"{_INTERFACES['Item']}.Attributes": ("a{ss}", dict(attributes)),
        }
        secret = (self._opened(), b"", value, "application/json")
        collection = self._collection()
        self._secrets("Collection", collection, "CreateItem", "a{sv}(oayays)b", properties, secret, True)
        if self.read(attributes) != value:
            raise KeyringError("the keyring did not keep what it was given")

    def delete(self, attributes: Mapping[str, str]) -> None:
        """Delete the secret with these attributes, if there is one."""
        unlocked, locked = self._secrets("Service", _ROOT, "SearchItems", "a{ss}", dict(attributes))
        if locked:
            raise KeyringError("the keyring is locked")
        for item in unlocked:
            self._secrets("Item", item, "Delete", "")

    def close(self) -> None:
        """Leave the bus."""
        if self._connection is not None:
            self._connection.close()

    def _collection(self) -> str:
        path: str = self._secrets("Service", _ROOT, "ReadAlias", "s", "default")[0]
        if path == "/":
            raise KeyringError("there is no keyring")
        return path

    def _opened(self) -> str:
        """Return the session in which secrets travel, which is opened once."""
        if not self._session:
            self._session = self._secrets("Service", _ROOT, "OpenSession", "sv", "plain", ("s", ""))[1]
        return self._session

    def _secrets(self, interface: str, path: str, method: str, signature: str, *body: object) -> Any:
        return self._call(path, _INTERFACES[interface], method, signature, *body)

    def _call(self, path: str, interface: str, method: str, signature: str, *body: object) -> Any:
        try:
            from jeepney import DBusAddress, DBusErrorResponse, new_method_call
            from jeepney.io.blocking import open_dbus_connection, unwrap_msg
        except ImportError:
            raise KeyringError("keyrings need the package `jeepney`") from None
        try:
            if self._connection is None:
                self._connection = open_dbus_connection(bus=_address(), auth_timeout=self._timeout)
            message = new_method_call(DBusAddress(path, _NAME, interface), method, signature or None, body)
            return unwrap_msg(self._connection.send_and_get_reply(message, timeout=self._timeout))
        except DBusErrorResponse as refused:
            raise KeyringError(f"the keyring refused ({refused.name.rpartition('.')[2]})") from None
        except TimeoutError:
            raise KeyringError(f"the keyring did not answer within {self._timeout:g} seconds") from None
        except (OSError, EOFError, ValueError, KeyError) as problem:
            raise KeyringError(f"the keyring cannot be reached ({type(problem).__name__})") from None


_INTERFACES = {name: f"org.freedesktop.Secret.{name}" for name in ("Service", "Collection", "Item")}


def _address() -> str:
    """Return the address of the session bus. Raises `KeyringError` where there is none."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not address.startswith("unix:"):
        raise KeyringError("there is no session bus, so there is no keyring")
    return address

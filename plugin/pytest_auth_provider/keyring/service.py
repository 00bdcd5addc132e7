"""A Secret Service (org.freedesktop.Secret) with one collection, as far as clients use it to store passwords.

Secrets travel as they are (the algorithm `plain`): clients that would rather encrypt them on the way are told that this
is not supported, and fall back, as the specification has it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, Self

from pytest_auth_provider.keyring.bus import PrivateBus

if TYPE_CHECKING:
    from jeepney import Message

KeyringState = Literal["works", "locked", "silent", "forgets", "small"]
"""What a keyring does: works; is locked, and nobody comes to unlock it; accepts calls and answers none; accepts what it
is given and does not keep it; or takes no secret of more than `SMALL` bytes."""

SMALL: Final = 2560
"""Bytes of the largest secret that the Windows Credential Manager takes (CRED_MAX_CREDENTIAL_BLOB_SIZE)."""
NAME: Final = "org.freedesktop.secrets"
ROOT: Final = "/org/freedesktop/secrets"
COLLECTION: Final = f"{ROOT}/collection/login"
NOTHING: Final = "/"
SESSION: Final = f"{ROOT}/session/1"
PROMPT: Final = f"{ROOT}/prompt/1"
ADDRESS: Final = "DBUS_SESSION_BUS_ADDRESS"
_BACKEND: Final = "PYTHON_KEYRING_BACKEND"
_TICK: Final = 0.1


class HasVariables(Protocol):
    """What a keyring needs of a sandbox."""

    variables: dict[str, str]


class RefusedError(Exception):
    """A method call that is answered with an error, by its D-Bus name."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


@dataclass
class Item:
    """One secret, with the attributes by which it is found."""

    attributes: dict[str, str]
    label: str
    value: bytes = field(repr=False)
    content_type: str = "text/plain"


Answer = tuple[str, tuple[Any, ...]]
"""Signature and body of a reply."""


class Keyring:
    """A keyring that the commands of a sandbox find by its variables, until it is closed.

    `state` says what it does and may be changed at any time. `items` are the secrets in it by their object paths.
    `calls` are the methods that were called, in order, as in `CreateItem`.
    """

    def __init__(self, sandbox: HasVariables, state: KeyringState = "works") -> None:
        from jeepney import DBusAddress, new_method_call  # imported late: an optional dependency
        from jeepney.io.blocking import open_dbus_connection

        self.state: KeyringState = state
        self.items: dict[str, Item] = {}
        self.calls: list[str] = []
        self._numbers = count(1)
        self._bus = PrivateBus()
        self._connection = open_dbus_connection(bus=self._bus.address)
        daemon = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        self._connection.send_and_get_reply(new_method_call(daemon, "RequestName", "su", (NAME, 4)))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="keyring", daemon=True)
        self._thread.start()
        self._sandbox = sandbox
        self._before = {name: sandbox.variables.get(name) for name in (ADDRESS, _BACKEND)}
        sandbox.variables[ADDRESS] = self._bus.address
        sandbox.variables.pop(_BACKEND, None)

    def holds(self, secrets: Iterable[str]) -> bool:
        """Return whether any of these secrets is in the keyring now."""
        values = [item.value for item in self.items.values()]
        return any(secret.encode() in value for secret in secrets for value in values)

    def spoil(self) -> None:
        """Replace what every item holds by bytes that nobody can make sense of, as after a change of the key."""
        for item in self.items.values():
            item.value = bytes(reversed(range(256)))

    def close(self) -> None:
        """Take the keyring and its bus away; the sandbox's variables are what they were."""
        for name, value in self._before.items():
            self._sandbox.variables.pop(name, None)
            if value is not None:
                self._sandbox.variables[name] = value
        self._over.set()
        self._thread.join()
        self._connection.close()
        self._bus.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    # -- the bus ----------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        from jeepney import HeaderFields, MessageType

        while not self._over.is_set():
            try:
                message = self._connection.receive(timeout=_TICK)
            except TimeoutError:
                continue
            except (OSError, EOFError):
                return
            if message.header.message_type == MessageType.method_call:
                self.calls.append(message.header.fields[HeaderFields.member])
                if self.state != "silent":
                    self._connection.send(self._answer(message))
                if self.calls[-1] == "Prompt":
                    self._dismiss()

    def _answer(self, message: Message) -> Message:
        from jeepney import HeaderFields, new_error, new_method_return

        fields = message.header.fields
        path, interface = fields[HeaderFields.path], fields.get(HeaderFields.interface, "")
        kind = interface.rpartition(".")[2]
        method: Callable[..., Answer] | None = getattr(self, f"_{kind}_{fields[HeaderFields.member]}".lower(), None)
        try:
            if method is None:
                raise RefusedError("org.freedesktop.DBus.Error.UnknownMethod", "there is no such method")
            return new_method_return(message, *method(path, *message.body))
        except RefusedError as refused:
            return new_error(message, refused.name, "s", (str(refused),))

    def _dismiss(self) -> None:
        """Tell that the person has closed the prompt for the password."""
        from jeepney import DBusAddress, new_signal

        emitter = DBusAddress(PROMPT, interface="org.freedesktop.Secret.Prompt")
        self._connection.send(new_signal(emitter, "Completed", "bv", (True, ("ao", []))))

    # -- org.freedesktop.Secret.Service -------------------------------------------------------------------------------

    def _service_opensession(self, _path: str, algorithm: str, _given: object) -> Answer:
        if algorithm != "plain":
            raise RefusedError("org.freedesktop.DBus.Error.NotSupported", f"no algorithm {algorithm}")
        return "vo", (("s", ""), SESSION)

    def _service_createcollection(self, _path: str, _properties: object, _alias: str) -> Answer:
        return "oo", (COLLECTION, NOTHING)

    def _service_readalias(self, _path: str, name: str) -> Answer:
        return "o", (COLLECTION if name in ("default", "login") else NOTHING,)

    def _service_searchitems(self, _path: str, attributes: dict[str, str]) -> Answer:
        found = self._found(attributes)
        return "aoao", (([], found) if self.state == "locked" else (found, []))

    def _service_unlock(self, _path: str, objects: list[str]) -> Answer:
        return "aoo", (([], PROMPT) if self.state == "locked" else (objects, NOTHING))

    def _service_lock(self, _path: str, _objects: list[str]) -> Answer:
        return "aoo", ([], NOTHING)

    def _service_getsecrets(self, _path: str, items: list[str], session: str) -> Answer:
        found = {} if self.state == "locked" else {path: self._secret(path, session) for path in items}
        return "a{o(oayays)}", (found,)

    # -- org.freedesktop.Secret.Collection, Item and Prompt -----------------------------------------------------------

    def _collection_searchitems(self, _path: str, attributes: dict[str, str]) -> Answer:
        return "ao", (self._found(attributes),)

    def _collection_createitem(
        self, _path: str, properties: Mapping[str, Any], secret: tuple[str, bytes, bytes, str], replace: bool
    ) -> Answer:
        self._refuse_if_locked()
        self._refuse_if_too_large(secret[2])
        attributes = dict(properties.get("org.freedesktop.Secret.Item.Attributes", ("a{ss}", {}))[1])
        label = properties.get("org.freedesktop.Secret.Item.Label", ("s", ""))[1]
        same = [path for path, item in self.items.items() if replace and item.attributes == attributes]
        path = same[0] if same else f"{COLLECTION}/{next(self._numbers)}"
        if self.state != "forgets":
            self.items[path] = Item(attributes, label, bytes(secret[2]), secret[3])
        return "oo", (path, NOTHING)

    def _item_getsecret(self, path: str, session: str) -> Answer:
        self._refuse_if_locked()
        return "(oayays)", (self._secret(path, session),)

    def _item_setsecret(self, path: str, secret: tuple[str, bytes, bytes, str]) -> Answer:
        self._refuse_if_locked()
        self._refuse_if_too_large(secret[2])
        if self.state != "forgets":
            self._item(path).value = bytes(secret[2])
        return "", ()

    def _item_delete(self, path: str) -> Answer:
        self._refuse_if_locked()
        self.items.pop(path, None)
        return "o", (NOTHING,)

    def _prompt_prompt(self, _path: str, _window: str) -> Answer:
        return "", ()

    def _prompt_dismiss(self, _path: str) -> Answer:
        return "", ()

    # -- org.freedesktop.DBus.Properties ------------------------------------------------------------------------------

    def _properties_get(self, path: str, _interface: str, name: str) -> Answer:
        known = self._properties(path)
        if name not in known:
            raise RefusedError("org.freedesktop.DBus.Error.UnknownProperty", f"no property {name}")
        return "v", (known[name],)

    def _properties_getall(self, path: str, _interface: str) -> Answer:
        return "a{sv}", (self._properties(path),)

    def _properties(self, path: str) -> dict[str, tuple[str, Any]]:
        shared = {"Locked": ("b", self.state == "locked"), "Created": ("t", 0), "Modified": ("t", 0)}
        if path in self.items:
            item = self.items[path]
            return {**shared, "Attributes": ("a{ss}", item.attributes), "Label": ("s", item.label)}
        return {
            **shared,
            "Collections": ("ao", [COLLECTION]),
            "Items": ("ao", list(self.items)),
            "Label": ("s", "Login"),
        }

    # -- details ------------------------------------------------------------------------------------------------------

    def _found(self, attributes: Mapping[str, str]) -> list[str]:
        return [path for path, item in self.items.items() if attributes.items() <= item.attributes.items()]

    def _item(self, path: str) -> Item:
        if path not in self.items:
            raise RefusedError("org.freedesktop.Secret.Error.NoSuchObject", f"no item {path}")
        return self.items[path]

    def _secret(self, path: str, session: str) -> tuple[str, bytes, bytes, str]:
        item = self._item(path)
        return session, b"", item.value, item.content_type

    def _refuse_if_locked(self) -> None:
        if self.state == "locked":
            raise RefusedError("org.freedesktop.Secret.Error.IsLocked", "the collection is locked")

    def _refuse_if_too_large(self, value: bytes) -> None:
        if self.state == "small" and len(value) > SMALL:
            raise RefusedError("org.freedesktop.DBus.Error.LimitsExceeded", f"no secret has more than {SMALL} bytes")

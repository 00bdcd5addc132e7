"""The verbs about what a client has stored.

    stored_credentials              its credential files; there has to be one
    must_still_hold                 nothing that was stored is lost
    must_hold_old_or_new            a whole session is stored: the one before, or the one that was issued last
    must_hold_no_credentials        nothing is left
    must_not_use_old_tokens         nothing is left, by its effect

What is stored shows in the files themselves, or in what the adapter's `reveal` command prints of them. Where it does
not, bytes are compared and effects are looked at, and the proof of the verdict says that no more could be seen.
"""

from __future__ import annotations

from collections.abc import Iterable

from auth_scenarios.verify import CannotTell, ContractBroken
from pytest_auth_provider import Client
from pytest_auth_provider.clients.credentials import CredentialFile

UNSEEN = "An adapter names a command that prints what is stored with `reveal`."
"""What to do about a store that shows nothing."""


def stored_credentials(client: Client) -> list[CredentialFile]:
    """Return the credential files. Raises `CannotTell` where there are none that can be found."""
    stored = client.credentials()
    if not stored:
        raise CannotTell("no file holds an issued token after the login; name the adapter's `credentials`")
    return stored


def must_hold_no_credentials(client: Client) -> None:
    """Require that no file of the client holds credentials.

    A file that shows nothing, such as an encrypted one that stays, is judged by what the client can do with it.
    """
    left = client.credentials()
    if any(file.values for file in left):
        raise ContractBroken("no file holds credentials", _files(left))
    if left:
        must_not_use_old_tokens(client)


def must_not_use_old_tokens(client: Client) -> None:
    """Require that `use`, in a new process, sends none of the tokens that were issued before it.

    For a client whose credentials nobody else can read: it shows by their effect whether there are any. Raises
    `CannotTell` where the client has no `use`.
    """
    if not client.can("use"):
        raise CannotTell(f"{client.name} has no `use` that would show whether it holds credentials. {UNSEEN}")
    issued = {secret.value for secret in client.provider.secrets}
    client.restart()
    outcome = client.use()
    tokens = {e.bearer for e in outcome.exchanges} | {e.form.get("refresh_token", "") for e in outcome.exchanges}
    if tokens & issued:
        raise ContractBroken("no credentials are left", "`use` sent a token that was issued before")
    client.exposure.add(f"what its store holds could not be seen; `use` afterwards sent no older token. {UNSEEN}")


def must_still_hold(client: Client, before: Iterable[CredentialFile]) -> None:
    """Require that every secret that was stored before is stored still, in whichever file: nothing was lost.

    A file that shows nothing holds the same as long as its bytes are the same. Where they are not, it is judged by what
    the client can do with it, or cannot be told.
    """
    before, after = list(before), client.credentials()
    if _is_hidden(before, after):
        _must_work_or_be_unchanged(client, before, after)
        return
    lost = _values(before) - _values(after)
    gone = {file.path for file in before if file.declared} - {file.path for file in after}
    if lost or gone:
        raise ContractBroken(
            "the stored credentials stay as they were",
            f"{len(lost or gone)} of them are gone; {_files(after)}",
        )


def must_hold_old_or_new(client: Client, before: Iterable[CredentialFile]) -> None:
    """Require that the whole of what was stored before is stored, or the whole of what was issued last.

    What shows nothing is judged as in `must_still_hold`.
    """
    before, after = list(before), client.credentials()
    if _is_hidden(before, after):
        _must_work_or_be_unchanged(client, before, after)
        return
    old, held = _values(before), _values(after)
    kinds = {kind for file in before for kind in file.kinds}
    new = {secret.kind: secret.value for secret in client.provider.secrets if secret.kind in kinds}
    if not (old <= held or set(new.values()) <= held):
        raise ContractBroken("the store holds the old session or the new one", _files(after))


def _is_hidden(before: Iterable[CredentialFile], after: Iterable[CredentialFile]) -> bool:
    """Return whether a file that is there before and after shows no token now: nobody else can read what it holds."""
    unread = {file.path for file in after if not file.values}
    return any(file.path in unread for file in before)


def _must_work_or_be_unchanged(client: Client, before: list[CredentialFile], after: list[CredentialFile]) -> None:
    """Require that a store which shows nothing has the bytes it had, or is one that a new process can work with."""
    bytes_before = {file.path: file.sha256 for file in before}
    if bytes_before == {file.path: file.sha256 for file in after}:
        client.exposure.add(f"its store shows no token; its bytes are the same as before. {UNSEEN}")
        return
    works = client.can("use") and _works(client)
    if not works and any(file.values for file in before):
        raise ContractBroken("the store can be read", "neither `reveal` nor the client can read it any more")
    if not works:
        raise CannotTell(f"the store of {client.name} shows no token, and its bytes have changed. {UNSEEN}")
    client.exposure.add(f"its store shows no token; a new process could work with it. {UNSEEN}")


def _works(client: Client) -> bool:
    client.restart()
    return client.use().ok


def _values(files: Iterable[CredentialFile]) -> set[str]:
    return {value for file in files for value in file.values}


def _files(files: Iterable[CredentialFile]) -> str:
    return (
        "; ".join(
            f"{file.path.name} (mode {file.mode:04o}) holds {', '.join(sorted(file.kinds)) or 'something'}"
            for file in files
        )
        or "no file holds credentials"
    )

from __future__ import annotations

from pytest_auth_provider import Client, scenario


@scenario(
    "review of the OSA device flow (S3)",
    "Replace write_text+chmod with os.open(O_CREAT, 0o600) in credentials to eliminate window where tokens are briefly "
    "world-readable.",
    seed="003_ac4bf891c4a85fd9.txt",
)
def test_credentials_are_created_for_their_owner_alone(auth_client: Client) -> None:
    """A file with credentials can be read by its owner alone, from its first moment."""
    auth_client.login()
    stored = auth_client.credentials()
    assert stored, "Expected: the login stores credentials in a file\nActual:   no file holds an issued token"
    for file in stored:
        assert file.mode & 0o077 == 0, f"Expected: mode 0600\nActual:   {file.path.name} has mode {file.mode:04o}"

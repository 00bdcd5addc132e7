"""What tools say: claims told apart from their denial."""

from __future__ import annotations

import pytest

from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES
from pytest_auth_provider.adapters.vocabulary import SAYINGS

SAID = {
    "revoked": [
        "Session revoked.",
        "Your session was revoked on the server.",
        "\x1b[32m✓\x1b[0m Token revoked",
        "Signed out and revoked the session",
        "The refresh token has been revoked and removed from this machine.",
        "Server revocation confirmed.",
        "Revocation successful",
        "Revocation succeeded; goodbye",
        "The provider acknowledged the revocation.",
        "Session revoked, but the cache could not be deleted",
        "Session revoked\nCould not delete the cache",
        "Could not read the cache. Session revoked.",
        '{"revoked": true}',
        "revoked: yes",
        "Token was already revoked",
        "warning: could not delete the cache\nsession revoked\ngoodbye",
        "session revoked at http://127.0.0.1:8080",
        "Terminated the server session",
        "Server-side session ended",
        "│ Session      revoked │",
    ],
    "signed_in": [
        "Signed in as ada@example.com",
        "You are now logged in.",
        "Login successful!",
        "Successfully authenticated",
        "+ Already logged in as ada",
        "authenticated as ada",
        "Welcome, Ada",
        "Waiting for your decision ...\nsigned in as Ada Lovelace at http://127.0.0.1:44065\n",
        "issuer: http://127.0.0.1:1\nprofile: default\nsigned in as Ada\nmethod: unknown",
    ],
    "sign_in_again": [
        "Please sign in again.",
        "Your session has expired: log in again",
        "Run `spec-kitty auth login` to re-authenticate.",
        "please run `codecarbon login` first!",
        "Login required",
        "You need to log in",
        "No active session. Run `tool auth login`.",
        "The session that is stored on this machine cannot be used any more, sign in\nagain.",
    ],
    "rejected": [
        "API request failed. (error: 401 Client Error: Unauthorized for url: http://127.0.0.1:1/organizations)",
        "gh: Bad credentials (HTTP 401)",
        "Error: the API rejected the request: the access token is not valid",
        "Your session has expired",
    ],
    "try_again": [
        "Please try again.",
        "Try the command again in a moment",
        "Temporary failure",
        "Run the command again",
        "please retry",
        "again later",
    ],
    "unverified": [
        "Skipping local access token validation because the auth server is unreachable",
        "warning: the token could not be verified",
        "could not reach the provider",
        "Token validation was skipped",
        "We couldn\N{RIGHT SINGLE QUOTATION MARK}t reach the provider",
        "using the stored token without validation",
        "unverified",
        "Cannot contact http://127.0.0.1:9",
    ],
    "valid": [
        "Access token: valid",
        "Your session is still valid",
        "token verified",
        "Using the validated access token",
        "Signature OK",
        "verification passed",
    ],
    "healthy": [
        "No problems detected.",
        "0 problems found",
        "No known issues",
        "All checks passed",
        "Everything looks good!",
        "session: active",
        "Server session is active (session: d607)",
        "Your sign-in is healthy",
        "+ all good",
    ],
    "signed_out": [
        "Signed out",
        "You have been logged out.",
        "Successfully logged out",
        "Logout successful",
        "+ Logged out.",
        "Signed out of DEFAULT",
        "Signed out on this machine, but the provider was not told",
        "signed out locally",
    ],
    "denied": [
        "User denied the authorization request.",
        "access_denied",
        "You declined the request",
        "The sign-in was rejected by the user",
        "The login was cancelled",
    ],
    "expired": [
        "Device code expired before approval.",
        "The code has expired",
        "Timed out waiting for approval",
        "The sign-in was not approved in time",
        "this code is no longer valid",
    ],
    "method": ["sign-in method: device", "Signed in with a browser", "Logged in using device flow", "Auth method: sso"],
    "not_signed_in": [
        "Not logged in.",
        "You are not signed in",
        "X Not authenticated",
        "No active session",
        "no stored credentials",
        "Nobody is signed in",
        "You aren't logged in",
        "Nothing to sign out of",
    ],
}

NOT_SAID = {
    "revoked": [
        "",
        "The session could not be revoked",
        "is the session expired? revoked? let us see",
        "Signed out on this machine. While doing that the session could not be\nrevoked.",
        "│ Signed out on this machine. While doing that the session could not be │\n│ revoked.                    │",
        "Token not revoked",
        "It was not confirmed revoked",
        "revocation failed",
        "Server revocation not confirmed (network error).",
        "! Server revocation could not be attempted (no refresh token).",
        "Skipping server revocation (--force).",
        "The session couldn\N{RIGHT SINGLE QUOTATION MARK}t be revoked",
        "The session wasn't revoked",
        "cannot say whether the session was revoked",
        "The session may not have been revoked on the server",
        "If the session was revoked, sign in again",
        "Failed to get the token revoked",
        "Nothing was revoked",
        "0 sessions revoked",
        "No tokens were revoked.",
        "revoked: no",
        '{"revoked": false}',
        "Revoked? unknown",
        "Your session has expired or was revoked",
        "The session will be revoked when the provider is back",
        "Signed out on this machine. The provider has not revoked the session.",
        "unrevoked",
        "Revoking the session: HTTP 503",
        "Signed out here; the provider was unable to confirm the revocation",
        "Your session might still be active; it remains unrevoked or could be revoked later",
    ],
    "signed_in": [
        "Not signed in",
        "You aren\N{RIGHT SINGLE QUOTATION MARK}t logged in",
        "Please log in",
        "Login failed",
        "signed in: no",
        "Successfully logged out",
        "Welcome to Codex [v0.169.0]",
        "Welcome, please log in",
        "Once you are logged in, come back here",
        "Make sure that you are signed in to your account",
        "After you have signed in, close this window",
        "",
    ],
    "sign_in_again": ["Signed in as ada", "no need to sign in again", "you don't need to log in", "log in progress"],
    "rejected": ["Signed in as ada", "connection refused", "HTTP 503", "the session is kept", "invalid_grantor"],
    "try_again": ["Signed in again", "do not retry", "trying hard", "not retrying"],
    "unverified": ["Token verified", "Signed in as ada", "Error: the token is expired"],
    "valid": [
        "the token is not valid",
        "invalid token",
        "token could not be verified",
        "token validation was skipped",
        "cannot tell whether the token is valid",
        "valid: no",
        "Skipping validation of the token",
        "token unverified",
        "if your token is valid, try again",
        "the token is valid or could not be checked",
    ],
    "healthy": [
        "No active session",
        "the session is no longer active",
        "Session active: no",
        "No problems detected in the configuration",
        "No problems with the stored files",
        "Cannot tell whether everything is fine",
        "the session could not be confirmed active",
        "inactive session",
        "credential file: ok",
        "Access token: 59 minutes",
        "Status: invalid - run tool login",
        "1 problem",
        "10 problems found",
    ],
    "signed_out": [
        "Not signed out",
        "could not be signed out",
        "You are still signed in",
        "Sign-out failed",
        "The session was not signed out or could not be reached",
        "Once you are signed out, run tool login",
        "Please log out and sign in again",
        "Signing out ...",
    ],
    "denied": ["connection refused", "Signed in", "the provider rejected the refresh token", "Permission denied"],
    "expired": [
        "The request was denied or has expired",
        "maybe it has expired?",
        "could not check whether the token has expired",
        "the authorization server timed out",
        "timed out waiting for the authorization server",
        "timed out waiting for an answer of the provider",
        "login request timed out",
        "The token has not expired",
        "expires in 1 hour",
        "request timed out",
        "expired: no",
        "until expired",
    ],
    "method": ["Signed in as ada", "sign-in method: unknown", "auth method: none"],
    "not_signed_in": ["Signed in as ada", "Logged out.", "signed in, no problem"],
}


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in SAID.items() for text in texts])
def test_a_usual_wording_is_understood(key: str, text: str) -> None:
    """The default phrases know how tools put it, on either stream."""
    assert DEFAULT_PHRASES[key].said_in(text, "")
    assert DEFAULT_PHRASES[key].said_in("", text)


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in NOT_SAID.items() for text in texts])
def test_a_denial_is_no_claim(key: str, text: str) -> None:
    """The default phrases do not take a denial, a condition or an intention for the claim."""
    assert not DEFAULT_PHRASES[key].said_in(text, text)


def test_every_saying_has_a_phrase_and_examples() -> None:
    """No saying is without a default phrase, and each is shown to match and not to match."""
    assert set(SAYINGS) == set(DEFAULT_PHRASES) == set(SAID) == set(NOT_SAID)


@pytest.mark.parametrize("blank", [" ", "\n", "\t"])
def test_a_megabyte_of_blanks_is_read_like_any_other_output(blank: str) -> None:
    """Output padded without end says what its words say, and does not keep the run busy for minutes."""
    assert DEFAULT_PHRASES["signed_in"].said_in(f"Signed in{blank * 1_000_000}as Ada", "")

"""A sentence for a person, told apart from what a program has inside."""

from __future__ import annotations

import pytest

from pytest_auth_provider.outcome.sentences import has_sentence

SENTENCES = [
    "Please sign in again.",
    "Login failed",
    "error: session expired",
    "Error: Unauthorized",
    "Expired.",
    "✗ not logged in",
    "Error: 503 Service Unavailable",
    "HTTP 401 Unauthorized",
    "Authentication failed: KeyError('access_token')",
    "2026-11-21T00:19:51.135989Z ERROR codex_login::auth::manager: Failed to refresh token status=503",
    "requests.exceptions.ConnectionError: HTTPConnectionPool(host='127.0.0.1'): Max retries exceeded with url: /",
    "urllib3: [Errno 111] Connection refused",
    "ConnectionError: connection refused",
    "RuntimeError: your session is over, run `tool login`",
    "failed to decode the answer: invalid character '<' looking for beginning of value",
    "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\nThe provider answered no JSON.",
    "认证已过期请重新登录",
    "セッションの有効期限が切れました",
    "เซสชันหมดอายุแล้ว",
    "세션이 만료되었습니다. 다시 로그인하세요",
    "Сессия истекла",
    "Sitzung abgelaufen",
    "انتهت صلاحية الجلسة",
    '{"error": {"code": "UNAUTHENTICATED", "message": "Your session has expired"}}',
    '{"level":"error"}\n{"level":"error","message":"could not refresh the token"}',
    '{\n  "error": "token_expired",\n  "hint": "run tool login"\n}',
    "An error occurred (AccessDeniedException) when calling the CreateToken operation (reached max retries: 0):",
    "couldn't fetch token",
    "unexpected end of file while reading credentials.json",
    "gh: Bad credentials (HTTP 401)",
    "INFO: Could not revoke the OAuth token - removing locally anyway",
]

NONE = [
    "",
    "\n  \n",
    "KeyError: 'access_token'",
    'KeyError: "token"',
    "Error: invalid_grant",
    "error: invalid_grant (400)",
    "undefined",
    "null",
    "Error: undefined",
    "401",
    "HTTP 401",
    "Error: 401",
    "status code 400",
    "request id: 3f2a7e0c-58a1-4cf0-9d7b-0a8e3c1b2d11",
    "x-request-id=9f3e21 trace_id=7",
    '{"error": "x"}',
    '{"error": "invalid_grant", "code": 400}',
    '{\n  "error": "access_denied"\n}',
    "ERR_INVALID_GRANT",
    "InvalidGrantError",
    "oauthlib.oauth2.rfc6749.errors.InvalidGrantError: (invalid_grant)",
    "AttributeError: 'NoneType' object has no attribute 'get'",
    "TypeError: Cannot read properties of undefined (reading 'access_token')",
    "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    "SyntaxError: Unexpected token '<', \"<!doctype \"... is not valid JSON",
    "https://login.example.com/device",
    "[object Object]",
    "<html>",
    "exit status 1",
    "auth-reference: KeyError: 'sessions'",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence(text: str) -> None:
    """A person learns something from it, in whatever language, and however it is wrapped into a program's own."""
    assert has_sentence(text)


@pytest.mark.parametrize("text", NONE)
def test_no_sentence(text: str) -> None:
    """Names of exceptions, codes, keys, ids and addresses tell a person nothing."""
    assert not has_sentence(text)

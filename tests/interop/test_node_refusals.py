"""Our faults are real ones: certified clients, which know nothing of us, refuse each of them and say why."""

from __future__ import annotations

import pytest

from fakeprovider import Provider
from fakeprovider.faults import (
    AlgNone,
    CriticalHeader,
    EmptyKeys,
    EncryptedToken,
    ErrorInSuccess,
    ExpiredToken,
    Fault,
    HmacWithPublicKey,
    HtmlPage,
    MissingClaim,
    MissingMember,
    NotAJwt,
    NotYetValid,
    NullMember,
    SameKidOtherKey,
    ServerError,
    TruncatedToken,
    UnknownCa,
    WrongAlgorithm,
    WrongAudience,
    WrongAzp,
    WrongClaim,
    WrongHost,
    WrongIssuer,
    WrongKey,
    WrongMember,
    WrongNonce,
    WrongTokenIssuer,
)
from tests.support.providers import Serve

from .toolchain import Scripts

LIBRARIES = pytest.mark.parametrize("library", ["openid-client", "oauth4webapi"])

INVALID = "OAUTH_INVALID_RESPONSE"
CLAIM = "OAUTH_JWT_CLAIM_COMPARISON_FAILED"
TIME = "OAUTH_JWT_TIMESTAMP_CHECK_FAILED"
KEY = "OAUTH_KEY_SELECTION_FAILED"
PARSE = "OAUTH_PARSE_ERROR"
MEMBER = "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED"
UNSUPPORTED = "OAUTH_UNSUPPORTED_OPERATION"

OF_ID_TOKENS: list[tuple[Fault, str]] = [
    (AlgNone(kind="id_token"), INVALID),
    (WrongAlgorithm(kind="id_token"), INVALID),
    (HmacWithPublicKey(kind="id_token"), INVALID),
    (WrongKey(kind="id_token"), INVALID),
    (CriticalHeader(kind="id_token"), UNSUPPORTED),
    (WrongAudience(kind="id_token"), CLAIM),
    (WrongNonce(), CLAIM),
    (WrongTokenIssuer(kind="id_token"), CLAIM),
    (ExpiredToken(kind="id_token"), TIME),
    (NotYetValid(kind="id_token"), TIME),
    (MissingClaim("sub", kind="id_token"), INVALID),
    (MissingClaim("nonce", kind="id_token"), INVALID),
    (MissingClaim("exp", kind="id_token"), INVALID),
    (NotAJwt(kind="id_token"), INVALID),
    (TruncatedToken(kind="id_token"), INVALID),
    (EncryptedToken(kind="id_token"), UNSUPPORTED),
]
OF_ANSWERS: list[tuple[Fault, str, str]] = [
    (WrongIssuer(), "discovery", MEMBER),
    (MissingMember("issuer"), "discovery", INVALID),
    (HtmlPage(), "discovery", "OAUTH_RESPONSE_IS_NOT_JSON"),
    (ServerError(503), "discovery", "OAUTH_RESPONSE_IS_NOT_CONFORM"),
    (EmptyKeys(), "jwks", KEY),
    (SameKidOtherKey(), "jwks", INVALID),
    (MissingMember("keys"), "jwks", INVALID),
    (MissingMember("access_token"), "token", INVALID),
    (MissingMember("token_type"), "token", INVALID),
    (MissingMember("id_token"), "token", INVALID),
    (NullMember("access_token"), "token", INVALID),
    (WrongMember("token_type", "mac"), "token", UNSUPPORTED),
    (WrongMember("expires_in", "soon"), "token", INVALID),
    (ErrorInSuccess(), "token", INVALID),
    (WrongMember("sub", "somebody else"), "userinfo", MEMBER),
    (MissingMember("sub"), "userinfo", INVALID),
]


@LIBRARIES
@pytest.mark.parametrize(("fault", "code"), OF_ID_TOKENS, ids=[repr(fault) for fault, _ in OF_ID_TOKENS])
def test_id_tokens(provider: Provider, node: Scripts, library: str, fault: Fault, code: str) -> None:
    """A bent id token ends the sign-in, for the reason that the fault is named after."""
    with provider.failing(fault):
        refusal = node.refused(f"{library}/sign_in", provider)
    assert code in (refusal["code"], *refusal["causes"]), refusal


@LIBRARIES
def test_a_token_for_several(provider: Provider, node: Scripts, library: str) -> None:
    """A token for several audiences is good for the one it was issued to, by its `azp` (OIDC Core 3.1.3.7 (5))."""
    several = WrongClaim("aud", ["cli", "other"], kind="id_token")
    with provider.failing(several):
        assert node.run(f"{library}/sign_in", provider)["ok"]
    with provider.failing(several, WrongAzp(kind="id_token")):
        refusal = node.refused(f"{library}/sign_in", provider)
    assert CLAIM in (refusal["code"], *refusal["causes"]), refusal


@LIBRARIES
@pytest.mark.parametrize(("fault", "at", "code"), OF_ANSWERS, ids=[f"{fault!r} {at}" for fault, at, _ in OF_ANSWERS])
def test_answers(provider: Provider, node: Scripts, library: str, fault: Fault, at: str, code: str) -> None:
    """A bent document or answer ends the sign-in."""
    with provider.failing(fault, at=at):
        refusal = node.refused(f"{library}/sign_in", provider)
    assert code in (refusal["code"], *refusal["causes"]), refusal


@LIBRARIES
@pytest.mark.parametrize("tamper", [{"iss": "https://issuer.invalid"}, {"iss": None}, {"state": "other"}], ids=str)
def test_authorization_answers(provider: Provider, node: Scripts, library: str, tamper: dict[str, str]) -> None:
    """An answer of another issuer (RFC 9207 2.4), without one where one was announced, or to another request."""
    refusal = node.refused(f"{library}/sign_in", provider, tamper=tamper)
    assert INVALID in (refusal["code"], *refusal["causes"]), refusal
    assert not provider.journal.where(endpoint="token")


@LIBRARIES
def test_an_issuer_that_stops_naming_itself(provider: Provider, node: Scripts, library: str) -> None:
    """The metadata promise `iss` (RFC 9207 3) and the answer has none."""
    provider.send_iss = False
    with provider.failing(WrongMember("authorization_response_iss_parameter_supported", True), at="discovery"):
        refusal = node.refused(f"{library}/sign_in", provider)
    assert INVALID in (refusal["code"], *refusal["causes"]), refusal


@LIBRARIES
@pytest.mark.parametrize("fault", [UnknownCa(), WrongHost()], ids=repr)
def test_certificates(serve: Serve, node: Scripts, library: str, fault: Fault) -> None:
    """Node does not talk to whom it cannot trust."""
    provider = serve(tls=True)
    with provider.failing(fault):
        refusal = node.refused(f"{library}/sign_in", provider)
    assert "fetch failed" in refusal["message"] or "fetch failed" in refusal["causes"]
    assert len(provider.journal) == 0


def test_access_tokens(provider: Provider, node: Scripts) -> None:
    """An API that validates access tokens itself (RFC 9068 4) refuses the bent ones."""
    faults: list[tuple[Fault, str]] = [
        (AlgNone(), INVALID),
        (WrongKey(), INVALID),
        (WrongAudience(), CLAIM),
        (WrongTokenIssuer(), CLAIM),
        (ExpiredToken(), TIME),
        (MissingClaim("jti"), INVALID),
        (MissingClaim("client_id"), INVALID),
    ]
    for fault, code in faults:
        with provider.failing(fault):
            refusal = node.refused("oauth4webapi/sign_in", provider, api=provider.api)
        assert code in (refusal["code"], *refusal["causes"]), (fault, refusal)

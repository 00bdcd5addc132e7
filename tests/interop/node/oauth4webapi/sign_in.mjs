// Authorization code with PKCE, each answer validated on its own; then the API, as a resource server sees it (RFC 9068).

import * as oauth from 'oauth4webapi'
import { asked, browse, redirectUri, run } from '../kit.mjs'
import { authentication, discover, me, options } from './connect.mjs'

await run(async () => {
  const as = await discover()
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const url = new URL(as.authorization_endpoint)
  url.search = new URLSearchParams({
    client_id: me.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile offline_access',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...asked.parameters,
  })
  const back = await browse(url)
  const answer = back.hash ? new URLSearchParams(back.hash.slice(1)) : back
  const callback = oauth.validateAuthResponse(as, me, answer, state)
  const response = await oauth.authorizationCodeGrantRequest(
    as, me, authentication, callback, redirectUri, verifier, options,
  )
  const expected = { expectedNonce: nonce, requireIdToken: true }
  const tokens = await oauth.processAuthorizationCodeResponse(as, me, response, expected)
  await oauth.validateApplicationLevelSignature(as, response, options)
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  const seen = await oauth.userInfoRequest(as, me, tokens.access_token, options)
  const info = await oauth.processUserInfoResponse(as, me, claims.sub, seen)
  return { tokens, claims, info, access: asked.api ? await use(as, tokens.access_token) : {} }
})

/** Use the token at the API, and validate it there as the API should (RFC 9068 4). */
async function use(as, accessToken) {
  const metadata = await oauth.processResourceDiscoveryResponse(
    new URL(asked.api), await oauth.resourceDiscoveryRequest(new URL(asked.api), options),
  )
  const answer = await oauth.protectedResourceRequest(
    accessToken, 'GET', new URL(`${asked.api}/things`), undefined, undefined, options,
  )
  const request = new Request(asked.api, { headers: { authorization: `Bearer ${accessToken}` } })
  const claims = await oauth.validateJwtAccessToken(as, request, asked.api, options)
  return { metadata, answer: await answer.json(), claims }
}

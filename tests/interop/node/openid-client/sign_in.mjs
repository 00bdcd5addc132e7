// Authorization code with PKCE, state and nonce; pushed (RFC 9126) where asked; then userinfo and, where asked, a refresh.

import * as client from 'openid-client'
import { asked, browse, browseAndPost, redirectUri, refusal, run } from '../kit.mjs'
import { connect } from './connect.mjs'

await run(async () => {
  const config = await connect()
  const tokens = await signIn(config)
  const claims = tokens.claims()
  const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
  return { claims, info, tokens, ...(asked.refresh ? await refresh(config, tokens) : {}) }
})

async function signIn(config) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const url = await authorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: asked.scope ?? 'openid profile email offline_access',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...asked.parameters,
  })
  const back = await (asked.parameters?.response_mode === 'form_post' ? browseAndPost(url) : browse(url))
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true, maxAge: asked.max_age }
  return client.authorizationCodeGrant(config, back, checks)
}

async function authorizationUrl(config, parameters) {
  if (asked.pushed) return client.buildAuthorizationUrlWithPAR(config, parameters)
  return client.buildAuthorizationUrl(config, parameters)
}

async function refresh(config, tokens) {
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token)
  const reused = await refusal(() => client.refreshTokenGrant(config, tokens.refresh_token))
  const afterwards = await refusal(() => client.refreshTokenGrant(config, refreshed.refresh_token))
  return { refreshed, reused, afterwards }
}

// Refresh with a token of the test's, the id token in the answer validated with its signature.

import * as oauth from 'oauth4webapi'
import { asked, run } from '../kit.mjs'
import { authentication, discover, me, options } from './connect.mjs'

await run(async () => {
  const as = await discover()
  const response = await oauth.refreshTokenGrantRequest(as, me, authentication, asked.refresh_token, options)
  const tokens = await oauth.processRefreshTokenResponse(as, me, response)
  await oauth.validateApplicationLevelSignature(as, response, options)
  return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens) }
})

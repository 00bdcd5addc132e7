// The device flow (RFC 8628), polled by the library until it is over.

import * as client from 'openid-client'
import { asked, run } from '../kit.mjs'
import { connect } from './connect.mjs'

await run(async () => {
  const config = await connect()
  const code = await client.initiateDeviceAuthorization(config, { scope: asked.scope ?? 'openid offline_access' })
  const tokens = await client.pollDeviceAuthorizationGrant(config, code)
  return { code, tokens, claims: tokens.claims() }
})

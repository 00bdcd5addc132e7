// A client for itself, its token asked about (RFC 7662), revoked (RFC 7009) and asked about again.

import * as client from 'openid-client'
import { asked, run } from '../kit.mjs'
import { connect } from './connect.mjs'

await run(async () => {
  const config = await connect()
  const parameters = { scope: 'read write', ...asked.parameters }
  const tokens = await client.clientCredentialsGrant(config, parameters)
  const alive = await client.tokenIntrospection(config, tokens.access_token)
  await client.tokenRevocation(config, tokens.access_token)
  const revoked = await client.tokenIntrospection(config, tokens.access_token)
  return { tokens, alive, revoked, client: config.clientMetadata() }
})

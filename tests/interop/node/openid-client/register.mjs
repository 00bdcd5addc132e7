// Dynamic registration (RFC 7591), then the client that came of it gets a token.

import * as client from 'openid-client'
import { asked, run } from '../kit.mjs'
import { register } from './connect.mjs'

await run(async () => {
  const config = await register(asked.method, asked.metadata)
  const tokens = asked.method === 'none' ? {} : await client.clientCredentialsGrant(config)
  return { client: config.clientMetadata(), tokens }
})

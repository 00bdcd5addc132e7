// A grant by its name: token exchange (RFC 8693), JWT bearer (RFC 7523), anything else.

import * as client from 'openid-client'
import { asked, run } from '../kit.mjs'
import { connect } from './connect.mjs'

await run(async () => {
  const config = await connect()
  return { tokens: await client.genericGrantRequest(config, asked.grant_type, asked.parameters) }
})

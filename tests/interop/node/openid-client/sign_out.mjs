// RP-initiated logout: where the browser ends up.

import * as client from 'openid-client'
import { asked, browse, run } from '../kit.mjs'
import { connect } from './connect.mjs'

await run(async () => {
  const config = await connect()
  return { back: await browse(client.buildEndSessionUrl(config, asked.parameters)) }
})

// What a token is worth (RFC 7662), after it was revoked (RFC 7009) where asked.

import * as oauth from 'oauth4webapi'
import { asked, run } from '../kit.mjs'
import { authentication, discover, me, options } from './connect.mjs'

await run(async () => {
  const as = await discover()
  if (asked.revoke) {
    const revoked = await oauth.revocationRequest(as, me, authentication, asked.token, options)
    await oauth.processRevocationResponse(revoked)
  }
  const answer = await oauth.introspectionRequest(as, me, authentication, asked.token, options)
  return { introspection: await oauth.processIntrospectionResponse(as, me, answer) }
})

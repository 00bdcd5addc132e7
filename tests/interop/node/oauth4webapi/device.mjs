// The device flow (RFC 8628), each poll made by hand, its errors told in order.

import * as oauth from 'oauth4webapi'
import { asked, run } from '../kit.mjs'
import { authentication, discover, me, options } from './connect.mjs'

await run(async () => {
  const as = await discover()
  const started = await oauth.deviceAuthorizationRequest(as, me, authentication, { scope: 'openid' }, options)
  const code = await oauth.processDeviceAuthorizationResponse(as, me, started)
  const errors = []
  for (let polls = 0; polls < asked.polls; polls += 1) {
    const answer = await oauth.deviceCodeGrantRequest(as, me, authentication, code.device_code, options)
    try {
      return { errors, code, tokens: await oauth.processDeviceCodeResponse(as, me, answer) }
    } catch (error) {
      errors.push(error.error ?? error.message)
    }
  }
  return { errors, code }
})

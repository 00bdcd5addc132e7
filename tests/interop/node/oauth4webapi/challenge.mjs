// What the API says to a bad token, read as RFC 6750 3 and RFC 9728 5.1 have it.

import * as oauth from 'oauth4webapi'
import { asked, run } from '../kit.mjs'
import { options } from './connect.mjs'

await run(async () => {
  const answer = await oauth.protectedResourceRequest(
    asked.access_token, 'GET', new URL(asked.url), undefined, undefined, options,
  ).catch((error) => error)
  const metadata = answer.cause?.[0]?.parameters?.resource_metadata
  const found = metadata ? await (await fetch(metadata)).json() : {}
  return { code: answer.code ?? '', status: answer.status, challenges: answer.cause, found }
})
